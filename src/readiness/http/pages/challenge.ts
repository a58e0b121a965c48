import type { FindingKind } from '../../../core/finding.ts';
import { isHtml, type Page } from './page.ts';

export const challengePage: FindingKind = {
  code: 'answer/challenge-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A protection against bots answered, so the service itself was not asked.',
  cause: 'Cloudflare or another firewall takes the runner for a bot; runners share addresses with many others.',
  help: 'Let the path through at the firewall, for instance for a secret header that the probe sends.',
};

/** docs: Cloudflare, Detect a Challenge Page response (cf-mitigated). */
export const challenge: Page = {
  kind: challengePage,
  verdict: 'error',
  recognise: answer => {
    if (answer.headers['cf-mitigated'] === 'challenge') return 'a challenge of Cloudflare';
    const isChallenge =
      isHtml(answer) &&
      [403, 429, 503].includes(answer.status) &&
      /<title>\s*(Just a moment|Attention Required)/i.test(answer.body);
    return isChallenge ? 'a page that asks to prove that one is human' : undefined;
  },
};
