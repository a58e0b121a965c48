import type { FindingKind } from '../../../core/finding.ts';
import { isHtml, type Page } from './page.ts';

export const parkingPage: FindingKind = {
  code: 'answer/parking-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A parking page of a domain registrar answers, whatever its status says.',
  cause: 'The domain is not pointed at the platform yet, or it has expired.',
  help: "Look at the domain's registration and DNS records.",
};

const marks =
  /this domain (is|may be) for sale|buy this domain|domain (is )?parked|parkingcrew|sedoparking|bodis\.com|parking-lander|godaddy\.com\/forsale|hugedomains/i;

export const parking: Page = {
  kind: parkingPage,
  verdict: 'failed',
  recognise: answer => (isHtml(answer) && marks.test(answer.body) ? 'a parking page of the domain' : undefined),
};
