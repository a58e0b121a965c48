import { type AttemptEnd, judgeStatus, type RetryHeaders, retrying } from '../clients/api/retry.ts';
import { connectionRefused, toNetworkError, unknownHost, unreachable } from '../clients/network-error.ts';
import type { GateContext } from '../core/context.ts';
import { formatError } from '../core/errors.ts';

/** No attempt got a final answer from GitHub. */
export class Unanswered extends Error {
  readonly attempts: number;
  /** Whether GitHub may have carried out the request anyway. */
  readonly mayBeDone: boolean;

  constructor(error: Error, attempts: number, mayBeDone: boolean) {
    super(describeError(error));
    this.name = 'Unanswered';
    this.attempts = attempts;
    this.mayBeDone = mayBeDone;
  }
}

/** GitHub's message, or the reason why no answer came, which Octokit only reports as `fetch failed`. */
export function describeError(error: unknown): string {
  return toNetworkError(error, 'GitHub')?.message ?? formatError(error);
}

/** Milliseconds for one answer. After a cancellation, little time is left. */
const timeout = 15_000;
const timeoutAfterCancellation = 900;

type Send<Response> = (signal: AbortSignal) => Promise<Response>;

/**
 * Sends a request until GitHub gives a final answer: a response, or an error that another attempt would not help.
 * Throws that error, an Unanswered, or the signal's reason when the run is cancelled meanwhile.
 */
export type Sender = <Response>(send: Send<Response>, repeatable: boolean) => Promise<Response>;

/** GitHub refused a request, and said that it refuses all until a time of the clock. */
interface Refusal {
  error: Unanswered;
  until: number;
}

/**
 * While GitHub is down, only the first request waits for it: a rollback makes several, and must not lose minutes. While
 * a rate limit is used up for longer than a request waits, none is sent: GitHub bans clients that go on (docs: GitHub
 * REST, best practices). After a cancellation, there is time for one attempt.
 */
export function createSender({ clock, log, signal }: Pick<GateContext, 'clock' | 'log' | 'signal'>): Sender {
  let isDown = false;
  let refusal: Refusal | undefined;
  const sendOnce = <Response>(send: Send<Response>) => send(AbortSignal.any([signal, AbortSignal.timeout(timeout)]));
  return async (send, repeatable) => {
    if (signal.aborted) return send(AbortSignal.timeout(timeoutAfterCancellation));
    if (refusal && clock.now() < refusal.until) throw refusal.error;
    refusal = undefined;
    if (isDown) {
      const response = await sendOnce(send);
      isDown = false;
      return response;
    }
    const attempt = async () => {
      try {
        return { response: await sendOnce(send) };
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Error) return { error };
        throw error;
      }
    };
    const { answer, attempts, end, refusedUntil } = await retrying<Awaited<ReturnType<typeof attempt>>>(
      {
        clock,
        signal,
        repeatable,
        judge: ({ error }) => (error ? judgeError(error) : 'final'),
        getHeaders: ({ error }) => (error ? getPauseHeaders(error) : {}),
        onRetry: ({ error }, pause) => log.debug(`GitHub: ${describeError(error)}; trying again in ${pause} ms.`),
      },
      attempt,
    );
    if (answer.error === undefined) return answer.response;
    if (end === 'final') throw answer.error;
    const error = new Unanswered(answer.error, attempts, end === 'uncertain');
    if (refusedUntil !== undefined && isRateLimit(answer.error))
      refusal = { error: postpone(error, refusedUntil), until: refusedUntil };
    isDown = end === 'given-up' && refusal === undefined;
    throw error;
  };
}

function postpone(error: Unanswered, until: number): Unanswered {
  const time = new Date(until).toISOString().slice(11, 19);
  return new Unanswered(new Error(`${error.message}; the next request can be sent not before ${time} UTC`), 0, false);
}

/** Octokit's RequestError has a status even if no response came. */
interface Rejection {
  status: number;
  /** Absent if no response came. */
  headers: RetryHeaders | undefined;
}

function readRejection(error: Error): Rejection | undefined {
  if (!('status' in error)) return undefined;
  const response = 'response' in error ? error.response : undefined;
  const hasHeaders = typeof response === 'object' && response !== null && 'headers' in response;
  return { status: Number(error.status), headers: hasHeaders ? Object(response.headers) : undefined };
}

function judgeError(error: Error): AttemptEnd {
  const rejection = readRejection(error);
  if (rejection === undefined) return 'final';
  if (rejection.headers === undefined) return judgeNetworkError(error);
  return isRateLimit(error) ? 'not-done' : judgeStatus(rejection.status);
}

function judgeNetworkError(error: Error): AttemptEnd {
  const network = toNetworkError(error, 'GitHub');
  if (network === undefined) return 'unknown';
  const { kind, isOfCertificate } = network;
  if (kind === unknownHost || kind === unreachable || isOfCertificate) return 'final';
  return kind === connectionRefused ? 'not-done' : 'unknown';
}

/** docs: GitHub REST, rate limits: 403 or 429, with a used-up limit, a Retry-After, or a message that says so. */
export function isRateLimit(error: Error): boolean {
  const { status, headers = {} } = readRejection(error) ?? { status: 0 };
  if (status === 429) return true;
  if (status !== 403) return false;
  return 'retry-after' in headers || isUsedUp(headers) || /rate limit/i.test(error.message);
}

function isUsedUp(headers: RetryHeaders): boolean {
  return String(headers['x-ratelimit-remaining']) === '0';
}

/** docs: GitHub REST, exceeding the rate limit: without a Retry-After, wait at least a minute; seconds. */
const pauseOfSecondaryLimit = 60;

/** The headers that decide the pause. The reset time of a limit that is not used up does not matter. */
function getPauseHeaders(error: Error): RetryHeaders {
  const { headers = {} } = readRejection(error) ?? {};
  if (!isRateLimit(error)) return { 'retry-after': headers['retry-after'] };
  if ('retry-after' in headers || isUsedUp(headers)) return headers;
  return { 'retry-after': pauseOfSecondaryLimit };
}
