import type { FindingKind } from '../../../core/finding.ts';
import { isHtml, type Page } from './page.ts';

export const challengePage: FindingKind = {
  code: 'answer/challenge-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A bot protection answered, so the request never reached the service.',
  cause: 'Cloudflare or another firewall takes the runner for a bot; runners share their addresses with many others.',
  help: 'Allow the path at the firewall, for example when the request has a secret header that the probe sends.',
};

/** docs: Cloudflare, Detect a Challenge Page response (cf-mitigated). */
export const challenge: Page = {
  kind: challengePage,
  verdict: 'error',
  recognise: answer => {
    if (answer.headers['cf-mitigated'] === 'challenge') return 'with a Cloudflare challenge';
    const isChallenge =
      isHtml(answer) &&
      [403, 429, 503].includes(answer.status) &&
      /<title>\s*(Just a moment|Attention Required)/i.test(answer.body);
    return isChallenge ? 'with a page that asks visitors to prove they are human' : undefined;
  },
};
