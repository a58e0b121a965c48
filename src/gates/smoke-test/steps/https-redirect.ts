import { stripQuery } from '../../../clients/http.ts';
import type { HttpsRedirectStep } from '../../../config/schema/smoke/steps/https-redirect.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import { isRedirect } from '../requests/redirects.ts';
import type { Visit } from '../visit.ts';

export const noHttpsRedirect: FindingKind = {
  code: 'smoke/no-https-redirect',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Plain HTTP is not redirected to HTTPS, so passwords and sessions can be read in transit.',
  cause: 'The redirect is not enabled at the edge, or leads to another host.',
  help: 'Redirect http to https on the same host, with 301 or 308.',
};

/** Sends one request over plain HTTP, without cookies or tokens, and follows no redirect. */
export async function run(step: Step<HttpsRedirectStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const url = visit.resolveAddress(step, declared['https-redirect']);
  url.protocol = 'http:';
  const target = `${step.label} (${stripQuery(url.href)})`;
  const fail = (what: string) => {
    const where = { ...visit.locate(step), boundary: noHttpsRedirect.boundary };
    return failed([found(noHttpsRedirect, { message: `${target} ${what}.`, ...where })], what);
  };
  const { status, headers } = await visit.ask({ method: 'GET', url: url.href, headers: {}, timeout: declared.timeout });
  if (!isRedirect(status)) return fail(`answered ${status} over plain HTTP, expected a redirect to https`);
  const location = headers.location ?? '';
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next?.protocol !== 'https:')
    return fail(`redirects to ${next ? stripQuery(next.href) : 'nowhere'}, which is not https`);
  if (next.hostname !== url.hostname)
    return fail(`redirects to the other host ${next.hostname}, expected https on ${url.hostname} first`);
  return passed(`${status} to ${next.origin}`);
}
