/** The time that some work may take. */
export interface TimeLimit {
  /** Whether it was the time that ran out. */
  readonly passed: boolean;
  /** Lets go of the timer and of the signal; called once the work is done. */
  clear(): void;
}

/** A signal with a time limit. */
export interface Deadline extends TimeLimit {
  signal: AbortSignal;
}

/**
 * Aborts after so many milliseconds, or with the signal and its reason. Unlike `AbortSignal.timeout` it leaves nothing
 * behind once cleared: a thousand requests of ten seconds each would otherwise keep a thousand timers for that long.
 */
export function startDeadline(ms: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  return Object.assign(
    endAfter(ms, signal, reason => controller.abort(reason)),
    { signal: controller.signal },
  );
}

/**
 * The same for work that is ended by a call, with the reason: a signal of its own costs as much as sending a request.
 */
export function endAfter(ms: number, signal: AbortSignal, end: (reason: Error) => void): TimeLimit {
  const limit = {
    passed: false,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    },
  };
  const follow = () => end(signal.reason);
  const timer = setTimeout(() => {
    limit.passed = true;
    end(new DOMException('The time is over', 'TimeoutError'));
  }, ms);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return limit;
}
