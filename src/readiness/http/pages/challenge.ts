import type { FindingKind } from '../../../core/finding.ts';
import { isHtml, type Page } from './page.ts';

export const challengePage: FindingKind = {
  code: 'answer/challenge-page',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A bot protection answered, so the request never reached the service.',
  cause: 'A firewall takes the runner for a bot; runners share their addresses with many others.',
  help: 'Allow the path at the firewall, for example when the request has a secret header that the probe sends (`headers`).',
};

const page = (recognise: Page['recognise'], help = challengePage.help): Page => ({
  kind: challengePage,
  verdict: 'error',
  help,
  recognise,
});

/** docs: Cloudflare, Detect a Challenge Page response (cf-mitigated), and WAF custom rules (skip). */
const cloudflare = page(
  ({ headers }) => (headers['cf-mitigated'] === 'challenge' ? 'with a Cloudflare challenge' : undefined),
  'Add a WAF custom rule at Cloudflare with the action Skip for requests with a secret header, and send that header from the probe (`headers`). Skipping by address works only for a runner with a fixed one.',
);

/** docs: AWS WAF API reference, ChallengeAction (202) and CaptchaAction (405). */
const aws = page(
  ({ status, headers }) =>
    headers['x-amzn-waf-action'] ? `${status} (AWS WAF: ${headers['x-amzn-waf-action']})` : undefined,
  'Add a rule with the action Allow before the challenge in the web ACL of AWS WAF, for requests with a secret header or from an IP set, and send that header from the probe (`headers`).',
);

/** Seen as 403 and 429; docs: Vercel, Attack Challenge Mode, and Protection Bypass for Automation. */
const vercel = page(
  ({ status, headers }) =>
    headers['x-vercel-mitigated'] ? `${status} (Vercel Firewall: ${headers['x-vercel-mitigated']})` : undefined,
  'Add a custom rule with the action Bypass to the Vercel Firewall for requests with a secret header, and send that header from the probe (`headers`).',
);

/** Seen with 200 and 403: the page consists of one frame, and names an incident. */
const imperva = page(
  answer =>
    isHtml(answer) && /<iframe[^>]+_Incapsula_Resource\?/i.test(answer.body)
      ? `${answer.status} with an Imperva (Incapsula) challenge`
      : undefined,
  "Allow the runner's addresses (IP list) or a secret header in the site's security rules at Imperva.",
);

const unknown = page(answer => {
  const isChallenge =
    isHtml(answer) &&
    [403, 429, 503].includes(answer.status) &&
    /<title>\s*(Just a moment|Attention Required)/i.test(answer.body);
  return isChallenge ? 'with a page that asks visitors to prove they are human' : undefined;
});

export const challenges: Page[] = [cloudflare, aws, vercel, imperva, unknown];
