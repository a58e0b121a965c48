import type { FindingKind } from '../../../core/finding.ts';
import { profiles } from '../../../platforms/platform-of.ts';
import type { Page } from './page.ts';

export const platformPage: FindingKind = {
  code: 'answer/platform-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: "The platform itself answered, since it has nothing running to answer in the service's place.",
  cause: 'The service is not deployed or crashed, is suspended, or the domain is not assigned to it.',
  help: "Look at the service's state and log on the platform, and at which domains are assigned to it.",
};

export const platform: Page = {
  kind: platformPage,
  verdict: 'failed',
  recognise: answer =>
    profiles.map(profile => profile.recognizeErrorPage?.(answer)).find(message => message !== undefined),
};
