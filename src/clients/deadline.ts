/** A signal with a time limit. */
export interface Deadline {
  signal: AbortSignal;
  /** Whether it was the time that ran out. */
  readonly passed: boolean;
  /** Lets go of the timer and of the other signal; called once the work is done. */
  clear(): void;
}

/**
 * Aborts after so many milliseconds, or with the signal and its reason. Unlike `AbortSignal.timeout` it leaves nothing
 * behind once cleared: a thousand requests of ten seconds each would otherwise keep a thousand timers for that long.
 */
export function startDeadline(ms: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  let passed = false;
  const follow = () => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    passed = true;
    controller.abort(new DOMException('The time is over', 'TimeoutError'));
  }, ms);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    get passed() {
      return passed;
    },
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    },
  };
}
