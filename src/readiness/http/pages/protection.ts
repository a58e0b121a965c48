import type { FindingKind } from '../../../core/finding.ts';
import { getRedirect, type Page } from './page.ts';

export const protectionPage: FindingKind = {
  code: 'answer/deployment-protection-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: "Vercel's Deployment Protection answered, so the request never reached the service.",
  cause: 'The address belongs to a protected deployment, and the request does not bypass the protection.',
  help: 'Set the header `x-vercel-protection-bypass: ${VERCEL_AUTOMATION_BYPASS_SECRET}` on the probe, or probe the production domain.',
};

/** docs: Vercel, Deployment Protection, and Protection Bypass for Automation. */
export const protection: Page = {
  kind: protectionPage,
  verdict: 'error',
  recognise: answer => {
    if (/^https:\/\/vercel\.com\/(sso-api|login)/.test(getRedirect(answer)))
      return 'with a redirect to the Vercel login';
    const isVercel = /vercel/i.test(answer.headers.server ?? '') || 'x-vercel-id' in answer.headers;
    const asksToLogIn =
      answer.cookies.some(cookie => cookie.startsWith('_vercel_sso_nonce=')) ||
      /vercel (authentication|security checkpoint)|_vercel_sso/i.test(answer.body);
    return isVercel && [401, 403, 429].includes(answer.status) && asksToLogIn
      ? `${answer.status} with the Vercel protection page`
      : undefined;
  },
};
