import type { FindingKind } from '../../../core/finding.ts';
import { isHtml, type Page } from './page.ts';

export const parkingPage: FindingKind = {
  code: 'answer/parking-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: "A domain registrar's parking page answers, whatever its status code.",
  cause: 'The domain does not point at the platform yet, or it has expired.',
  help: "Check the domain's registration and DNS records.",
};

const marks =
  /this domain (is|may be) for sale|buy this domain|domain (is )?parked|parkingcrew|sedoparking|bodis\.com|parking-lander|godaddy\.com\/forsale|hugedomains/i;

export const parking: Page = {
  kind: parkingPage,
  verdict: 'failed',
  recognise: answer => (isHtml(answer) && marks.test(answer.body) ? "with a registrar's parking page" : undefined),
};
