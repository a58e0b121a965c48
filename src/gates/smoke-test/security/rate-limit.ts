import type { HttpAnswer } from '../../../clients/http.ts';
import type { RateLimitStep } from '../../../config/schema/smoke/security.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { wrongStatus } from '../../../expectations/findings.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { StepAbout, Visit } from '../visit.ts';
import { as, ask } from './ask.ts';

const limiting = { severity: 'error', boundary: 'rate-limiting' } as const;

export const limiterFailsOpen: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-fails-open',
  meaning: 'More requests than allowed were all answered: nothing protects the service from a flood.',
  cause:
    'The limiter is off, counts per instance, is keyed by something that each request has anew, or lets everything through when its Redis is down or refuses it.',
  help: "Look at the limiter's settings and at the log for errors of its store; a limiter that cannot count must refuse.",
};

export const limiterTooStrict: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-too-strict',
  meaning: 'Fewer requests than are allowed were answered before the limit was reached, so users will be refused too.',
  cause:
    'A limit that is lower than declared, one that all clients share, a count that is left from another run, or a service that breaks under so many requests.',
  help: 'Compare the limit of the service with `allowed`; give the step a client of its own, such as another user or address.',
};

export const limiterUnavailable: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-unavailable',
  meaning: 'The service refuses requests since it cannot count them: it is protected, and of use to nobody.',
  cause: 'The store of the limiter (Redis) is down, or refuses its credentials.',
  help: "Look at the store of the limiter and at the service's variables for it.",
};

export const limiterDoesNotRecover: FindingKind = {
  ...limiting,
  code: 'smoke/limiter-does-not-recover',
  meaning: 'After its excess was refused, a client is still refused when the limit should have passed.',
  cause:
    'A counter without an expiry, refused requests that count and prolong the ban, or a window that is longer than declared.',
  help: 'Look at how long the counter lives in the store of the limiter.',
};

/** How many requests are under way at once. */
const atOnce = 10;
/** Milliseconds between two tries whether the limit has passed. */
const pause = 250;

/** Sends more requests than are allowed: the allowed ones must be answered, of the others one must get 429. */
export async function runRateLimitStep(declared: RateLimitStep, step: Step, visit: Visit): Promise<Outcome> {
  const url = visit.addressOf(step, declared['rate-limit']);
  const about = visit.about(step, url);
  const { method, json } = declared;
  const request = { method, ...(json !== undefined && { json }) };
  const send = () => ask(as(step, declared), url, request, visit);
  const answers = await flood(declared.requests, send);
  const findings = judge(
    answers.map(({ status }) => status),
    declared,
    about,
  );
  const refused = answers.filter(({ status }) => status === 429);
  const detail = `${answers.length - refused.length} of ${answers.length} answered, ${refused.length} refused`;
  if (findings.length > 0 || declared['recovers-within'] === undefined) return concludeFrom(findings, detail);
  return recovery(declared['recovers-within'], refused.at(-1), send, detail, visit, about);
}

async function flood(count: number, send: () => Promise<HttpAnswer>): Promise<HttpAnswer[]> {
  const answers: HttpAnswer[] = [];
  let sent = 0;
  const client = async () => {
    while (sent++ < count) answers.push(await send());
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, client));
  return answers;
}

function judge(statuses: number[], { allowed, requests }: RateLimitStep, about: StepAbout): Finding[] {
  const count = (status: number) => statuses.filter(each => each === status).length;
  const counts = [...new Set(statuses)].map(status => `${count(status)} times ${status}`).join(', ');
  const refused = count(429);
  const finding = (kind: FindingKind, message: string) => [
    found(kind, { message: `${about.target}: ${message}`, ...about.where, boundary: kind.boundary }),
  ];
  const unavailable = count(503);
  if (unavailable > 0 && refused === 0) {
    return finding(
      limiterUnavailable,
      `${unavailable} of ${requests} requests got 503 and none 429; the requests are refused, as they must be when they cannot be counted.`,
    );
  }
  const answered = statuses.filter(isAnswered).length;
  if (refused === 0 && answered === 0) {
    const message = `none of ${requests} requests was answered (${counts}), so nothing is known of its limit.`;
    return finding({ ...wrongStatus, boundary: 'rate-limiting' }, message);
  }
  if (refused === 0) {
    return finding(
      limiterFailsOpen,
      `${requests} requests where ${allowed} are allowed, and none got 429 (${counts}).`,
    );
  }
  if (answered >= allowed) return [];
  return finding(
    limiterTooStrict,
    `only ${answered} of ${requests} requests were answered before the limit, expected ${allowed} (${counts}).`,
  );
}

/** A service that breaks on a request has neither answered nor refused it. */
function isAnswered(status: number): boolean {
  return status !== 429 && status < 500;
}

/** Waits as long as the service says (Retry-After), then asks until it answers again. */
async function recovery(
  within: number,
  last: HttpAnswer | undefined,
  send: () => Promise<HttpAnswer>,
  detail: string,
  { context: { clock, signal } }: Visit,
  about: StepAbout,
): Promise<Outcome> {
  const started = clock.now();
  const told = Number(last?.headers['retry-after'] ?? 0) * 1000;
  const first = Number.isFinite(told) ? Math.min(told, within) : 0;
  for (let wait = first; ; wait = pause) {
    await clock.sleep(wait, signal);
    const { status } = await send();
    const elapsed = clock.now() - started;
    if (isAnswered(status)) return concludeFrom([], `${detail}, answered again after ${formatDuration(elapsed)}`);
    if (elapsed + pause <= within) continue;
    const message = `${about.target}: still ${status} after ${formatDuration(elapsed)}, expected an answer within ${formatDuration(within)}.`;
    return failed([found(limiterDoesNotRecover, { message, ...about.where, boundary: 'rate-limiting' })], detail);
  }
}
