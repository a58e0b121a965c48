import { type HttpAnswer, type HttpRequest, sendRequest, stripQuery } from '../../clients/http.ts';
import type { Method } from '../../config/http-methods.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Where } from '../attempt.ts';

export const redirectLoop: FindingKind = {
  code: 'answer/redirect-loop',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The redirects lead in a circle or do not end, so no user gets to a page.',
  cause: 'HTTPS is forced by the service and by the proxy before it, or `www` is added here and taken away there.',
  help: 'Follow them with `curl -IL`, and take out one of the two rules that contradict each other.',
};

export const redirectToPlainHttp: FindingKind = {
  code: 'answer/redirect-to-plain-http',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A redirect leads from HTTPS to plain HTTP, where anyone on the way can read and change everything.',
  cause: 'The service does not know that its proxy speaks HTTPS (`trust proxy`), or a URL in its settings has http://.',
  help: 'Set the public URL with https://, and let the service trust `X-Forwarded-Proto` of its proxy.',
};

export interface Asked {
  /** GET and the address, without query and credentials. */
  target: string;
  answer: HttpAnswer;
  /** What is wrong with the way to the answer. */
  findings: Finding[];
  requests: number;
}

export interface Ask {
  probe: HttpProbe;
  method: Method;
  where: Where;
  family?: 4 | 6;
  /** Whether caches on the way are asked to let it through. */
  pastCaches?: boolean;
}

/** Asks, and follows as many redirects as are allowed. Throws a NetworkError when no answer came. */
export async function sendProbe(ask: Ask, context: GateContext): Promise<Asked> {
  const { probe, method, where } = ask;
  const first = addressed(probe[method] ?? '', ask.pastCaches === true);
  const seen = new Set<string>();
  let url = first.url;
  let followed = method;
  for (let requests = 1; ; requests++) {
    seen.add(url);
    const name = followed.toUpperCase();
    const sameSite = new URL(url).origin === new URL(first.url).origin;
    // Never for another site; a body can hold credentials, too.
    const credentials = sameSite ? { ...first.headers, ...headersOf(probe) } : {};
    const body = sameSite && followed === method ? bodyOf(probe) : {};
    const clientCertificate = sameSite ? probe['client-certificate'] : undefined;
    const answer = await sendRequest({
      ...transportOf(ask),
      ...(clientCertificate && { clientCertificate }),
      method: name,
      url,
      headers: { ...(ask.pastCaches && { 'cache-control': 'no-cache', pragma: 'no-cache' }), ...credentials },
      ...body,
      timeout: probe.timeout,
      signal: context.signal,
    });
    const target = `${name} ${stripQuery(url)}`;
    const location = answer.headers.location;
    const isRedirect = answer.status >= 300 && answer.status < 400 && location && URL.canParse(location, url);
    if (!isRedirect || probe.redirects === 0) return { target, answer, findings: [], requests };
    const next = new URL(location, url);
    const bad = (kind: FindingKind, text: string) => ({
      target,
      answer,
      requests,
      findings: [found(kind, { message: `${target} ${text}.`, ...(where.place && { place: where.place }) })],
    });
    if (url.startsWith('https:') && next.protocol === 'http:')
      return bad(redirectToPlainHttp, `redirects to ${stripQuery(next.href)}`);
    if (seen.has(next.href)) return bad(redirectLoop, `redirects back to ${stripQuery(next.href)}`);
    if (seen.size > probe.redirects) return bad(redirectLoop, `redirects on after ${probe.redirects} redirects`);
    if (answer.status === 303 || (answer.status < 303 && followed === 'post')) followed = 'get'; // RFC 9110, 15.4
    url = next.href;
  }
}

/** Credentials in a URL are sent as Basic authentication, as browsers and curl do. */
function addressed(text: string, unique: boolean): { url: string; headers: Record<string, string> } {
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (unique) url.searchParams.set('release-gates', crypto.randomUUID());
  if (username === '' && password === '') return { url: url.href, headers: {} };
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { url: url.href, headers: { authorization: `Basic ${credentials.toString('base64')}` } };
}

function headersOf({ headers, bearer, json }: HttpProbe): Record<string, string> {
  return {
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...headers,
  };
}

function bodyOf({ json, body }: HttpProbe): Pick<HttpRequest, 'body'> {
  if (json !== undefined) return { body: JSON.stringify(json) };
  return body === undefined ? {} : { body };
}

/** A new connection for each request lets a balancer choose anew, and never meets one that a restart has ended. */
function transportOf({ probe, family }: Ask): Pick<HttpRequest, 'fresh' | 'family'> {
  return { fresh: probe.http2 ? 'http/2' : 'http/1.1', ...(family && { family }) };
}
