import type { HttpAnswer, HttpRequest } from '../../../clients/http.ts';
import { stripQuery } from '../../../clients/http.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { failed, StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const redirectLoop: FindingKind = {
  code: 'smoke/redirect-loop',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service sends the client from one address to the next without an end.',
  cause:
    'Two rules that undo each other (http and https, with and without www or a slash), or a session that is never kept.',
  help: 'Look at the addresses that are named and at which rule leads from each to the next.',
};

/** The last answer, where it came from, and how many redirects led there. */
export interface Followed {
  answer: HttpAnswer;
  url: URL;
  redirects: number;
}

type Sent = Omit<HttpRequest, 'signal'> & { headers: Record<string, string> };

/** Follows up to `most` redirects as browsers do. Ends the step when there are more. */
export async function followRedirects(
  request: Sent,
  first: HttpAnswer,
  most: number,
  step: Step,
  visit: Visit,
): Promise<Followed> {
  const way = [stripQuery(request.url)];
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
    way.push(stripQuery(next.href));
    if (redirects === most || !/^https?:$/.test(next.protocol)) {
      const turned = next.protocol.startsWith('http')
        ? `was redirected more than ${most} times`
        : 'was led out of the web';
      const message = `${step.label} ${turned}: ${visit.context.redactor.redact(way.slice(-4).join(' → '))}.`;
      throw new StepEnded(failed([found(redirectLoop, { message, ...visit.where(step) })], `${redirects} redirects`));
    }
    isAtHome &&= next.origin === url.origin;
    const headers = isAtHome ? visit.headersFor(step, next) : cookiesFor(next, visit);
    sent = nextRequest(sent, answer.status, next, headers, isAtHome);
    answer = await visit.ask(sent);
    took += answer.took;
  }
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * A body goes along only with 307 and 308; what signs in goes along until the way first leaves its origin, and no
 * further, wherever it leads then (Fetch standard, HTTP-redirect fetch). Stricter than that, so does a body: it can
 * hold a password as well.
 */
function nextRequest(sent: Sent, status: number, to: URL, headers: Record<string, string>, isAtHome: boolean): Sent {
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

function cookiesFor(url: URL, visit: Visit): Record<string, string> {
  const cookie = visit.cookies.header(url, visit.context.clock.now());
  return cookie === undefined ? {} : { cookie };
}
