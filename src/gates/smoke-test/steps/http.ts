import type { HttpAnswer } from '../../../clients/http.ts';
import { parseSetCookie } from '../../../clients/set-cookie.ts';
import type { HttpStep } from '../../../config/schema/smoke/http.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { parseJson } from '../../../expectations/json.ts';
import { findingsOfWholeAnswer } from '../answer/answer.ts';
import { capture, type Source } from '../captures/captures.ts';
import { compareWithPrevious } from '../compare.ts';
import { addressesOf, keyOf } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { bodyOf } from './body.ts';
import { type Followed, followRedirects } from './redirects.ts';

/** Sends the request, holds the answer against what is expected, and captures from it what later steps need. */
export async function runHttpStep(declared: HttpStep, step: Step, visit: Visit): Promise<Outcome> {
  const url = visit.addressOf(step, addressesOf(declared)[0]?.location ?? '/');
  const about = visit.about(step, url);
  const followed = await send(declared, step, url, visit);
  const { answer } = followed;
  const wrong = await findingsOfWholeAnswer(declared, followed, about, visit);
  const source = sourceOf(answer, visit.context.clock.now());
  const findings = wrong.length > 0 ? wrong : await capture(declared.capture, source, visit, about);
  const differences = findings.length > 0 ? [] : await compareWithPrevious(declared, step, url, answer, visit, about);
  const redirects = followed.redirects > 0 ? ` after ${followed.redirects} redirects` : '';
  return concludeFrom([...findings, ...differences], `${answer.status} in ${formatDuration(answer.took)}${redirects}`);
}

/** Sends the request of a step, and follows redirects as far as it says. */
export async function send(declared: HttpStep, step: Step, url: URL, visit: Visit): Promise<Followed> {
  const content = await bodyOf(declared, step, visit);
  const certificate = declared['client-certificate'];
  const request = {
    method: keyOf(declared).toUpperCase(),
    url: url.href,
    headers: { ...(content && { 'content-type': content.type }), ...visit.headersFor(step, url) },
    ...(content && { body: content.data }),
    ...(certificate && { clientCertificate: certificateOf(certificate, visit) }),
    timeout: declared.timeout,
  };
  const answer = await visit.ask(request);
  return declared.follow === undefined
    ? { answer, url, redirects: 0 }
    : followRedirects(request, answer, declared.follow, step, visit);
}

function certificateOf({ certificate, key, authority }: NonNullable<HttpStep['client-certificate']>, { scope }: Visit) {
  return {
    certificate: scope.text(certificate),
    key: scope.text(key),
    ...(authority !== undefined && { authority: scope.text(authority) }),
  };
}

export function sourceOf(answer: HttpAnswer, now: number): Source {
  return {
    json: () => parseJson(answer.body),
    text: () => answer.body,
    header: name => answer.headers[name.toLowerCase()],
    cookie: name => answer.cookies.map(text => parseSetCookie(text, now)).findLast(set => set?.name === name)?.value,
    status: answer.status,
  };
}
