import { CookieJar } from '../../clients/cookie-jar.ts';
import { type HttpAnswer, type HttpRequest, sendRequest, stripQuery } from '../../clients/http.ts';
import type { Method } from '../../config/http-methods.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { describeNotHttp, redirectNotHttp } from '../../expectations/findings.ts';
import type { Where } from '../attempt.ts';

export const redirectLoop: FindingKind = {
  code: 'answer/redirect-loop',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The redirects form a loop or do not end, so no user reaches a page.',
  cause: 'Both the service and the proxy in front of it force HTTPS, or one adds `www` and the other removes it.',
  help: 'Follow the redirects with `curl -IL`, and remove one of the two conflicting rules.',
};

export const redirectToPlainHttp: FindingKind = {
  code: 'answer/redirect-to-plain-http',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A redirect leads from HTTPS to plain HTTP, where anyone on the network can read and change the traffic.',
  cause:
    'The service does not know that its proxy speaks HTTPS (`trust proxy`), or a URL in its settings begins with http://.',
  help: 'Set the public URL with https://, and let the service trust `X-Forwarded-Proto` from its proxy.',
};

export interface Asked {
  /** The method and the address that answered, without its query. */
  target: string;
  /** The address that answered. */
  url: string;
  answer: HttpAnswer;
  /** What is wrong with the redirects to the answer. */
  findings: Finding[];
  requests: number;
}

export interface Ask {
  probe: HttpProbe;
  method: Method;
  where: Where;
  family?: 4 | 6;
  /** Whether the request asks caches to pass it on to the service. */
  pastCaches?: boolean;
}

interface Step {
  url: string;
  method: Method;
}

/** Sends the request, and follows as many redirects as the probe allows. Throws a NetworkError without an answer. */
export async function sendProbe(ask: Ask, context: GateContext): Promise<Asked> {
  const { probe, method, where } = ask;
  const first = addressRequest(ask);
  const seen = new Set<string>();
  const cookies = new CookieJar(); // a login or a region cookie that a redirect sets belongs to the next request
  let step: Step = { url: first.url, method };
  for (let requests = 1; ; requests++) {
    seen.add(step.url);
    const kept = cookies.header(new URL(step.url), context.clock.now());
    const request = buildRequest(step, first, ask);
    const headers = { ...(kept && { cookie: kept }), ...request.headers };
    const answer = await sendRequest({ ...request, headers, signal: context.signal });
    cookies.store(answer.cookies, new URL(step.url), context.clock.now());
    const target = `${step.method.toUpperCase()} ${stripQuery(step.url)}`;
    const asked = { target, url: step.url, answer, requests };
    const next = probe.redirects > 0 ? findRedirect(answer, step.url) : undefined;
    if (next === undefined) return { ...asked, findings: [] };
    const fault = judgeRedirect(next, step, seen, probe.redirects);
    if (fault) {
      const place = where.place && { place: where.place };
      return { ...asked, findings: [found(fault.kind, { message: `${target} ${fault.message}.`, ...place })] };
    }
    const becomesGet = answer.status === 303 || (answer.status < 303 && step.method === 'post'); // RFC 9110, 15.4
    step = { url: next.href, method: becomesGet ? 'get' : step.method };
  }
}

/** Sends credentials and the body, which can contain some too, only to the origin that they are meant for. */
function buildRequest(step: Step, first: Address, ask: Ask): Omit<HttpRequest, 'signal'> {
  const { probe, method, family, pastCaches } = ask;
  const isSameOrigin = new URL(step.url).origin === new URL(first.url).origin;
  const clientCertificate = isSameOrigin ? probe['client-certificate'] : undefined;
  return {
    method: step.method.toUpperCase(),
    url: step.url,
    timeout: probe.timeout,
    // A new connection lets a balancer choose again, and is never one that a restart has closed.
    fresh: chooseProtocol(probe),
    headers: {
      ...(pastCaches && { 'cache-control': 'no-cache', pragma: 'no-cache' }),
      ...(isSameOrigin && { ...first.headers, ...makeHeaders(probe) }),
    },
    ...(isSameOrigin && step.method === method && makeBody(probe)),
    ...(clientCertificate && { clientCertificate }),
    ...(family && { family }),
  };
}

function chooseProtocol({ http2 }: HttpProbe): NonNullable<HttpRequest['fresh']> {
  if (http2 === 'only') return 'http/2 only';
  return http2 ? 'http/2' : 'http/1.1';
}

/** Where an answer redirects to; undefined when it does not. */
export function findRedirect({ status, headers }: HttpAnswer, url: string): URL | undefined {
  const { location } = headers;
  const isRedirect = status >= 300 && status < 400 && location && URL.canParse(location, url);
  return isRedirect ? new URL(location, url) : undefined;
}

function judgeRedirect(
  next: URL,
  { url }: Step,
  seen: Set<string>,
  most: number,
): { kind: FindingKind; message: string } | undefined {
  const notHttp = describeNotHttp(next);
  if (notHttp) return { kind: redirectNotHttp, message: notHttp };
  if (url.startsWith('https:') && next.protocol === 'http:')
    return { kind: redirectToPlainHttp, message: `redirects to ${stripQuery(next.href)}` };
  if (seen.has(next.href)) return { kind: redirectLoop, message: `redirects back to ${stripQuery(next.href)}` };
  if (seen.size > most) return { kind: redirectLoop, message: `still redirects after ${most} redirects` };
  return undefined;
}

interface Address {
  url: string;
  headers: Record<string, string>;
}

/** Turns credentials in the URL into Basic authentication, as browsers and curl do. */
function addressRequest({ probe, method, pastCaches }: Ask): Address {
  const url = new URL(probe[method] ?? '');
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (pastCaches) url.searchParams.set('release-gates', crypto.randomUUID());
  if (username === '' && password === '') return { url: url.href, headers: {} };
  const credentials = Buffer.from(`${decodePart(username)}:${decodePart(password)}`);
  return { url: url.href, headers: { authorization: `Basic ${credentials.toString('base64')}` } };
}

/** As browsers do: a `%` that encodes nothing stays as it is (URL standard, percent-decode). */
function decodePart(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, bytes => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

function makeHeaders({ headers, bearer, json }: HttpProbe): Record<string, string> {
  return {
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...headers,
  };
}

function makeBody({ json, body }: HttpProbe): Pick<HttpRequest, 'body'> {
  if (json !== undefined) return { body: JSON.stringify(json) };
  return body === undefined ? {} : { body };
}
