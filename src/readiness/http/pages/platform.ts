import type { FindingKind } from '../../../core/finding.ts';
import { profiles } from '../../../platforms/create-platform.ts';
import type { Page } from './page.ts';

export const platformPage: FindingKind = {
  code: 'answer/platform-error-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The platform answered with its own error page, because no instance of the service can take the request.',
  cause: 'The service is not deployed, has crashed or is suspended, or the domain is not assigned to it.',
  help: "Check the service's state and log on the platform, and the domains assigned to it.",
};

export const platform: Page = {
  kind: platformPage,
  verdict: 'failed',
  recognise: answer =>
    profiles.map(profile => profile.recognizeErrorPage?.(answer)).find(message => message !== undefined),
};
