import type { FindingKind } from '../../../core/finding.ts';
import { getRedirect, type Page } from './page.ts';

export const protectionPage: FindingKind = {
  code: 'answer/deployment-protection-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The Deployment Protection of Vercel answered, so the service itself was not asked.',
  cause: 'The address is that of a protected deployment, and the request has nothing to get past the protection.',
  help: 'Set the header `x-vercel-protection-bypass: ${VERCEL_AUTOMATION_BYPASS_SECRET}` on the probe, or ask the production domain.',
};

/** docs: Vercel, Deployment Protection, and Protection Bypass for Automation. */
export const protection: Page = {
  kind: protectionPage,
  verdict: 'error',
  recognise: answer => {
    if (/^https:\/\/vercel\.com\/(sso-api|login)/.test(getRedirect(answer))) return 'a redirect to the login of Vercel';
    const isVercel = /vercel/i.test(answer.headers.server ?? '') || 'x-vercel-id' in answer.headers;
    const asksToLogIn =
      answer.cookies.some(cookie => cookie.startsWith('_vercel_sso_nonce=')) ||
      /vercel (authentication|security checkpoint)|_vercel_sso/i.test(answer.body);
    return isVercel && [401, 403, 429].includes(answer.status) && asksToLogIn
      ? `${answer.status} with the protection page of Vercel`
      : undefined;
  },
};
