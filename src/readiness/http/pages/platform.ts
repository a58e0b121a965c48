import type { FindingKind } from '../../../core/finding.ts';
import type { Page } from './page.ts';

export const platformPage: FindingKind = {
  code: 'answer/platform-error-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: "The platform itself answered, since it has nothing running to answer in the service's place.",
  cause: 'The service is not deployed or crashed, is suspended, or the domain is not assigned to it.',
  help: "Look at the service's state and log on the platform, and at which domains are assigned to it.",
};

/** docs: Vercel, Error codes (x-vercel-error); Railway, Application Failed to Respond; Render, request routing. */
export const platform: Page = {
  kind: platformPage,
  verdict: 'failed',
  recognise: ({ status, headers }) => {
    if (headers['x-vercel-error']) return `${status}; Vercel says ${headers['x-vercel-error']}`;
    if (headers['x-railway-fallback'] === 'true') return `${status}; Railway says that no service took the request`;
    if (headers['x-render-routing']?.startsWith('no-server') || headers['x-render-routing'] === 'suspend')
      return `${status}; Render says ${headers['x-render-routing']}`;
    return undefined;
  },
};
