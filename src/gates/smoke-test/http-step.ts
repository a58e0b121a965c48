import { type HttpAnswer, type HttpRequest, httpRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import { parseSetCookie } from '../../clients/set-cookie.ts';
import type { HttpStep } from '../../config/schema/smoke.ts';
import { judged, type Outcome } from '../../core/check.ts';
import { formatDuration } from '../../core/duration.ts';
import { type AnswerExpectation, findingsOfAnswer } from '../expectations/expect.ts';
import { parseJson } from '../expectations/json.ts';
import { capture, type Source } from './captures.ts';
import { asCurl } from './command-line.ts';
import { addressOf, type Step } from './plan.ts';
import type { Scope } from './scope.ts';
import { tokensIn } from './secrets.ts';
import { unanswered, type Visit } from './visit.ts';

/** Sends the request, holds the answer against what is expected, and captures from it what later steps need. */
export async function runHttpStep(declared: HttpStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const url = visit.addressOf(step);
  const about = visit.about(step, url);
  const request = { ...contentOf(declared, step, url, visit), timeout: declared.timeout, signal: context.signal };
  visit.command = asCurl(request);
  try {
    const answer = await httpRequest(request);
    for (const text of [answer.body, answer.headers.location ?? '', ...answer.cookies]) {
      for (const token of tokensIn(text)) context.redactor.add(token);
    }
    visit.cookies.store(answer.cookies, url, context.clock.now());
    const wrong = findingsOfAnswer(expectedOf(declared, scope), answer, about);
    const source = sourceOf(answer, context.clock.now());
    const findings =
      wrong.length > 0 ? wrong : capture(declared.capture, source, { scope, redactor: context.redactor }, about);
    return judged(findings, `${answer.status} in ${formatDuration(answer.took)}`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return unanswered(error, step, about);
  }
}

function contentOf(
  declared: HttpStep,
  step: Step,
  url: URL,
  visit: Visit,
): Pick<HttpRequest, 'method' | 'url'> & { headers: Record<string, string>; body?: string } {
  const content = bodyOf(declared, visit.scope);
  return {
    method: addressOf(declared).key.toUpperCase(),
    url: url.href,
    headers: { ...(content && { 'content-type': content.type }), ...visit.headersFor(step, url) },
    ...(content && { body: content.text }),
  };
}

function bodyOf({ json, form }: HttpStep, scope: Scope): { type: string; text: string } | undefined {
  if (json !== undefined) return { type: 'application/json', text: JSON.stringify(scope.value(json)) };
  if (form === undefined) return undefined;
  return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(scope.texts(form)).toString() };
}

function expectedOf({ expect, within }: HttpStep, scope: Scope): AnswerExpectation {
  return {
    ...expect,
    within,
    cookies: expect.cookies.map(cookie => ({ ...cookie, name: scope.text(cookie.name) })),
    ...(expect.headers && { headers: scope.texts(expect.headers) }),
    ...(expect.json !== undefined && { json: scope.value(expect.json) }),
    ...(expect.text !== undefined && { text: scope.text(expect.text) }),
  };
}

function sourceOf(answer: HttpAnswer, now: number): Source {
  return {
    json: () => parseJson(answer.body),
    header: name => answer.headers[name.toLowerCase()],
    cookie: name => answer.cookies.map(text => parseSetCookie(text, now)).findLast(set => set?.name === name)?.value,
  };
}
