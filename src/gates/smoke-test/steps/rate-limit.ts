import type { HttpAnswer } from '../../../clients/http.ts';
import type { RateLimitStep } from '../../../config/schema/smoke/steps/rate-limit.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { wrongStatus } from '../../../expectations/findings.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import { ask } from '../requests/ask.ts';
import type { StepAbout, Visit } from '../visit.ts';

const limiting = { severity: 'error', boundary: 'rate-limiting' } as const;

export const limiterFailsOpen: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-fails-open',
  meaning: 'The service answered more requests than allowed, so nothing protects it from a flood.',
  cause:
    'The limiter is off, counts per instance, uses a key that differs in every request, or lets everything through when its Redis is down or refuses it.',
  help: "Check the limiter's settings, and its log for errors of its store. A limiter that cannot count must refuse.",
};

export const limiterTooStrict: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-too-strict',
  meaning: 'The service answered fewer requests than allowed, so it will refuse users too.',
  cause:
    'The limit is lower than declared, all clients share one limit, a count remains from another run, or the service breaks under the load.',
  help: "Compare the service's limit with `allowed`. Give the step its own client, such as another user or address.",
};

export const limiterUnavailable: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-unavailable',
  meaning: 'The service refuses requests because its limiter cannot count them, so nobody can use it.',
  cause: 'The store of the limiter (Redis) is down, or rejects its credentials.',
  help: "Check the store of the limiter, and the service's variables for it.",
};

export const limiterDoesNotRecover: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-does-not-recover',
  meaning: 'The service still refuses a client after the limit should have expired.',
  cause: 'The counter has no expiry, refused requests extend the limit, or its window is longer than declared.',
  help: 'Check how long the counter lives in the store of the limiter.',
};

/** How many requests run concurrently. */
const concurrency = 10;
/** Milliseconds between two tries whether the service answers again. */
const pause = 250;

/** Sends more requests than allowed. The service must answer the allowed number and refuse at least one with 429. */
export async function run(step: Step<RateLimitStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const url = visit.resolveAddress(step, declared['rate-limit']);
  const about = visit.describe(step, url);
  const { method, json } = declared;
  const send = () => ask(step, url, { method, ...(json !== undefined && { json }) }, visit);
  const answers = await flood(declared.requests, send);
  const statuses = answers.map(({ status }) => status);
  const findings = judge(statuses, declared, about);
  const refused = answers.filter(({ status }) => status === 429);
  const detail = `${answers.length - refused.length} of ${answers.length} answered, ${refused.length} refused`;
  const within = declared['recovers-within'];
  if (findings.length > 0 || within === undefined) return concludeFrom(findings, detail);
  const { status, elapsed } = await awaitRecovery(within, refused.at(-1), send, visit);
  if (isAnswered(status)) return concludeFrom([], `${detail}, answered again after ${formatDuration(elapsed)}`);
  const message = `${about.target}: still ${status} after ${formatDuration(elapsed)}, expected an answer within ${formatDuration(within)}.`;
  return failed([found(limiterDoesNotRecover, { message, ...about.where, boundary: 'rate-limiting' })], detail);
}

async function flood(count: number, send: () => Promise<HttpAnswer>): Promise<HttpAnswer[]> {
  const answers: HttpAnswer[] = [];
  let sent = 0;
  const client = async () => {
    while (sent++ < count) answers.push(await send());
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, client));
  return answers;
}

function judge(statuses: number[], { allowed, requests }: RateLimitStep, about: StepAbout): Finding[] {
  const count = (status: number) => statuses.filter(each => each === status).length;
  const counts = [...new Set(statuses)].map(status => `${count(status)} times ${status}`).join(', ');
  const refused = count(429);
  const report = (kind: FindingKind, message: string) => [
    found(kind, { message: `${about.target}: ${message}`, ...about.where, boundary: kind.boundary }),
  ];
  const unavailable = count(503);
  if (unavailable > 0 && refused === 0) {
    return report(
      limiterUnavailable,
      `${unavailable} of ${requests} requests got 503 and none 429. A limiter that cannot count must refuse, and it does.`,
    );
  }
  const answered = statuses.filter(isAnswered).length;
  if (refused === 0 && answered === 0) {
    const message = `none of ${requests} requests was answered (${counts}), so its limit is unknown.`;
    return report({ ...wrongStatus, boundary: 'rate-limiting' }, message);
  }
  if (refused === 0) {
    return report(limiterFailsOpen, `none of ${requests} requests got 429, though ${allowed} are allowed (${counts}).`);
  }
  if (answered >= allowed) return [];
  return report(
    limiterTooStrict,
    `only ${answered} of ${requests} requests were answered before the limit, expected ${allowed} (${counts}).`,
  );
}

/** A service that breaks on a request has neither answered nor refused it. */
function isAnswered(status: number): boolean {
  return status !== 429 && status < 500;
}

/** Waits as long as the service says (Retry-After), then sends requests until it answers or the time is over. */
async function awaitRecovery(
  within: number,
  last: HttpAnswer | undefined,
  send: () => Promise<HttpAnswer>,
  { context: { clock, signal } }: Visit,
): Promise<{ status: number; elapsed: number }> {
  const started = clock.now();
  const retryAfter = Number(last?.headers['retry-after'] ?? 0) * 1000;
  const first = Number.isFinite(retryAfter) ? Math.min(retryAfter, within) : 0;
  for (let wait = first; ; wait = pause) {
    await clock.sleep(wait, signal);
    const { status } = await send();
    const elapsed = clock.now() - started;
    if (isAnswered(status) || elapsed + pause > within) return { status, elapsed };
  }
}
