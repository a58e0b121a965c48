import type { HttpAnswer, HttpRequest } from '../../../clients/http.ts';
import { stripQuery } from '../../../clients/http.ts';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { describeNotHttp, redirectNotHttp } from '../../../expectations/findings.ts';
import { failed, StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { Origins, refuseOrigin } from './origins.ts';

export const redirectLoop: FindingKind = {
  code: 'smoke/redirect-loop',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service keeps redirecting the client, so users never reach a page.',
  cause:
    'Two rules undo each other (http and https, with and without www or a trailing slash), or the session is never stored.',
  help: 'Follow the listed addresses, and find the rule behind each redirect.',
};

/** The last answer, its address, and how many redirects led there. */
export interface Followed {
  answer: HttpAnswer;
  url: URL;
  redirects: number;
}

type Sent = Omit<HttpRequest, 'signal'> & { headers: Record<string, string> };

/** Follows redirects as browsers do. Ends the step if there are more than it allows. */
export async function followRedirects(
  request: Sent,
  first: HttpAnswer,
  step: Step<HttpStep>,
  visit: Visit,
): Promise<Followed> {
  const { follow: most = 0 } = step.declared;
  const origins = new Origins(new URL(request.url), step, visit);
  const visited = [stripQuery(request.url)];
  let sent = request;
  let answer = first;
  let took = first.took;
  let isAtHome = true;
  for (let redirects = 0; ; redirects++) {
    const location = answer.headers.location;
    const url = new URL(sent.url);
    if (!isRedirect(answer.status) || !location || !URL.canParse(location, url.href)) {
      return { answer: { ...answer, took }, url, redirects };
    }
    const next = new URL(location, url);
    const notHttp = describeNotHttp(next);
    if (notHttp) {
      const message = visit.context.redactor.redact(`${step.label}: ${stripQuery(url.href)} ${notHttp}.`);
      throw new StepEnded(failed([found(redirectNotHttp, { message, ...visit.locate(step) })], notHttp));
    }
    visited.push(stripQuery(next.href));
    if (redirects === most) {
      const message = `${step.label} was redirected more than ${most} times: ${visit.context.redactor.redact(visited.slice(-4).join(' → '))}.`;
      throw new StepEnded(failed([found(redirectLoop, { message, ...visit.locate(step) })], `${redirects} redirects`));
    }
    if (!origins.include(next)) refuseOrigin(`${stripQuery(url.href)} redirects to`, next, step, visit);
    isAtHome &&= next.origin === url.origin;
    const headers = isAtHome ? visit.makeHeaders(step, next) : makeCookieHeader(next, visit);
    sent = nextRequest(sent, { status: answer.status, to: next, headers, isAtHome });
    answer = await visit.ask(sent);
    took += answer.took;
  }
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

interface Redirect {
  status: number;
  to: URL;
  headers: Record<string, string>;
  /** Whether every redirect so far stayed on the first origin. */
  isAtHome: boolean;
}

/**
 * A body is sent again only after 307 and 308. Credentials are sent until the redirects first leave their origin, and
 * not after that, wherever they lead (Fetch standard, HTTP-redirect fetch). Stricter than the standard, the same holds
 * for the body, because it can contain a password.
 */
function nextRequest(sent: Sent, { status, to, headers, isAtHome }: Redirect): Sent {
  const becomesGet = status === 303 ? sent.method !== 'HEAD' : status < 303 && sent.method === 'POST';
  const { body, clientCertificate, ...rest } = sent;
  const keepsBody = isAtHome && !becomesGet;
  return {
    ...rest,
    ...(isAtHome && clientCertificate && { clientCertificate }),
    method: becomesGet ? 'GET' : sent.method,
    url: to.href,
    headers: {
      ...(keepsBody && sent.headers['content-type'] && { 'content-type': sent.headers['content-type'] }),
      ...headers,
    },
    ...(keepsBody && body !== undefined && { body }),
  };
}

function makeCookieHeader(url: URL, visit: Visit): Record<string, string> {
  const cookie = visit.cookies.header(url, visit.context.clock.now());
  return cookie === undefined ? {} : { cookie };
}
