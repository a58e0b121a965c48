import { stripQuery } from '../../../clients/http.ts';
import type { HttpsRedirectStep } from '../../../config/schema/smoke/security.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import { isRedirect } from '../steps/redirects.ts';
import type { Visit } from '../visit.ts';

export const noHttpsRedirect: FindingKind = {
  code: 'smoke/no-https-redirect',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Who comes over plain http is not led to https, so passwords and sessions can be read on the way.',
  cause: 'The redirect is not switched on at the edge, or leads to another host.',
  help: 'Redirect http to https on the same host, with 301 or 308.',
};

/** Asks over plain http, without cookies or tokens, and follows nothing. */
export async function runHttpsRedirectStep(declared: HttpsRedirectStep, step: Step, visit: Visit): Promise<Outcome> {
  const url = visit.addressOf(step, declared['https-redirect']);
  url.protocol = 'http:';
  const target = `${step.label} (${stripQuery(url.href)})`;
  const wrong = (what: string) =>
    failed(
      [
        found(noHttpsRedirect, {
          message: `${target} ${what}.`,
          ...visit.where(step),
          boundary: noHttpsRedirect.boundary,
        }),
      ],
      what,
    );
  const { status, headers } = await visit.ask({ method: 'GET', url: url.href, headers: {}, timeout: declared.timeout });
  if (!isRedirect(status)) return wrong(`answered ${status} over plain http, expected a redirect to https`);
  const location = headers.location ?? '';
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next?.protocol !== 'https:')
    return wrong(`redirects to ${next ? stripQuery(next.href) : 'nowhere'}, which is not https`);
  if (next.hostname !== url.hostname)
    return wrong(`redirects to the other host ${next.hostname}; go to https on ${url.hostname} first`);
  return passed(`${status} to ${next.origin}`);
}
