import type { FindingKind } from '../../../core/finding.ts';
import type { Page } from './page.ts';

export const platformPage: FindingKind = {
  code: 'answer/platform-error-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The platform answered with its own error page, because no instance of the service can take the request.',
  cause: 'The service is not deployed, has crashed or is suspended, or the domain is not assigned to it.',
  help: "Check the service's state and log on the platform, and the domains assigned to it.",
};

/** docs: Vercel, Error codes (x-vercel-error); Railway, Application Failed to Respond; Render, request routing. */
export const platform: Page = {
  kind: platformPage,
  verdict: 'failed',
  recognise: ({ status, headers }) => {
    if (headers['x-vercel-error']) return `${status} (Vercel: ${headers['x-vercel-error']})`;
    if (headers['x-railway-fallback'] === 'true') return `${status} (Railway: no service took the request)`;
    if (headers['x-render-routing']?.startsWith('no-server') || headers['x-render-routing'] === 'suspend')
      return `${status} (Render: ${headers['x-render-routing']})`;
    return undefined;
  },
};
