import type { Clock } from '../../core/clock.ts';
import { parseRetryAfter } from '../retry-after.ts';

/**
 * What one attempt came to.
 *
 * - `final`: another attempt would not help.
 * - `not-done`: the request was certainly not carried out, so it can be sent again.
 * - `unknown`: the request may have been carried out, so only a harmless one can be sent again.
 */
export type AttemptEnd = 'final' | 'not-done' | 'unknown';

/** Response headers by lower-case name, as our HTTP client and as Octokit have them. */
export type RetryHeaders = Readonly<Record<string, string | number | undefined>>;

export interface RetryPolicy<Answer> {
  clock: Clock;
  /** Ends a pause; its reason is then thrown. */
  signal: AbortSignal;
  /** Whether sending the request twice does no harm. */
  repeatable: boolean;
  judge(answer: Answer): AttemptEnd;
  getHeaders(answer: Answer): RetryHeaders;
  onRetry(answer: Answer, pause: number): void;
}

export interface Retried<Answer> {
  /** The answer to the last attempt. */
  answer: Answer;
  attempts: number;
  /**
   * - `final`: the answer is the one to read.
   * - `uncertain`: nobody knows whether the request was carried out, and sending it again could do harm.
   * - `given-up`: there were too many attempts, or the next pause would take too long.
   */
  end: 'final' | 'uncertain' | 'given-up';
  /** Until when the server refuses further attempts, if that is later than the policy waits; milliseconds of the clock. */
  refusedUntil?: number;
}

const mostAttempts = 5;

/** Milliseconds for one request with all its attempts. Rate limits are often counted by the minute. */
const patience = 90_000;

/** Sends a request until its answer is final, and never sends a harmful request twice on a guess. */
export async function retrying<Answer>(
  policy: RetryPolicy<Answer>,
  send: () => Promise<Answer>,
): Promise<Retried<Answer>> {
  const { clock } = policy;
  const started = clock.now();
  for (let attempts = 1; ; attempts++) {
    const answer = await send();
    const end = policy.judge(answer);
    if (end === 'final') return { answer, attempts, end };
    if (end === 'unknown' && !policy.repeatable) return { answer, attempts, end: 'uncertain' };
    const now = clock.now();
    const requested = parseRequestedPause(policy.getHeaders(answer), now);
    const pause = requested ?? computeBackOff(attempts);
    if (attempts >= mostAttempts || now - started + pause > patience)
      return { answer, attempts, end: 'given-up', ...(requested !== undefined && { refusedUntil: now + requested }) };
    policy.onRetry(answer, pause);
    await clock.sleep(pause, policy.signal);
  }
}

/** What a status says of the attempt: a rate limit refuses before any work; a server error may come after it. */
export function judgeStatus(status: number): AttemptEnd {
  if (status === 429) return 'not-done';
  return status >= 500 ? 'unknown' : 'final';
}

/** Milliseconds that the server asks the client to wait: by Retry-After, or until a used-up rate limit resets. */
function parseRequestedPause(headers: RetryHeaders, now: number): number | undefined {
  return parseRetryAfter(readHeader(headers, 'retry-after'), now) ?? parseRateLimitReset(headers, now);
}

/**
 * GitHub and Vercel give the time in seconds since the epoch, others the seconds left; a date and milliseconds are taken
 * too, since Railway documents only "the time". Render's headers have no `x-` (docs: Render API, rate limits).
 */
function parseRateLimitReset(headers: RetryHeaders, now: number): number | undefined {
  const prefix = ['x-ratelimit', 'ratelimit'].find(prefix => readHeader(headers, `${prefix}-remaining`) === '0');
  if (prefix === undefined) return undefined;
  const left = parseReset(readHeader(headers, `${prefix}-reset`) ?? '', now);
  return Number.isNaN(left) ? undefined : Math.max(0, left);
}

/** Milliseconds from now; NaN if the text has none of the forms. */
function parseReset(text: string, now: number): number {
  if (text === '') return Number.NaN;
  const reset = Number(text);
  if (Number.isNaN(reset)) return Date.parse(text) - now;
  if (reset > 1_000_000_000_000) return reset - now;
  return reset > 1_000_000_000 ? reset * 1000 - now : reset * 1000;
}

function readHeader(headers: RetryHeaders, name: string): string | undefined {
  return headers[name]?.toString().trim();
}

/** Milliseconds before the next attempt: 1 s, 2 s, 4 s, then 8 s. */
function computeBackOff(attempt: number): number {
  return 1000 * 2 ** Math.min(attempt - 1, 3);
}
