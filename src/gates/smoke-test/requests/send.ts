import type { HttpAnswer } from '../../../clients/http.ts';
import { parseSetCookie } from '../../../clients/set-cookie.ts';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Source } from '../captures/captures.ts';
import { formatVerb } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { buildBody } from './body.ts';
import { type Followed, followRedirects } from './redirects.ts';

/** Sends the request of an HTTP step, and follows redirects if the step says so. */
export async function send(step: Step<HttpStep>, url: URL, visit: Visit): Promise<Followed> {
  const { declared } = step;
  const content = await buildBody(step, visit);
  const certificate = declared['client-certificate'];
  const request = {
    method: formatVerb(declared),
    url: url.href,
    headers: { ...(content && { 'content-type': content.type }), ...visit.makeHeaders(step, url) },
    ...(content && { body: content.data }),
    ...(certificate && { clientCertificate: resolveCertificate(certificate, visit) }),
    timeout: declared.timeout,
  };
  const answer = await visit.ask(request);
  return declared.follow === undefined ? { answer, url, redirects: 0 } : followRedirects(request, answer, step, visit);
}

function resolveCertificate(
  { certificate, key, authority }: NonNullable<HttpStep['client-certificate']>,
  { scope }: Visit,
) {
  return {
    certificate: scope.resolveText(certificate),
    key: scope.resolveText(key),
    ...(authority !== undefined && { authority: scope.resolveText(authority) }),
  };
}

/** What later steps can capture from an answer. */
export function readAnswer(answer: HttpAnswer, now: number): Source {
  return {
    json: () => parseJson(answer.body),
    text: () => answer.body,
    isHtml: /^(text\/html|application\/xhtml\+xml)\b/i.test(answer.headers['content-type'] ?? ''),
    header: name => answer.headers[name.toLowerCase()],
    cookie: name => answer.cookies.map(text => parseSetCookie(text, now)).findLast(set => set?.name === name)?.value,
    status: answer.status,
  };
}
