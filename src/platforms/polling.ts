import type { Clock } from '../core/clock.ts';

export interface Polling {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds until it is given up. */
  deadline: number;
  /** Milliseconds to the next question, by the milliseconds since the first. */
  pause(elapsed: number): number;
}

/** Asks until there is an answer; undefined when none came before the deadline. */
export async function poll<Answer>(
  polling: Polling,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const { clock, signal, deadline, pause } = polling;
  const started = clock.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const elapsed = clock.now() - started;
    const next = pause(elapsed);
    if (elapsed + next > deadline) return undefined;
    await clock.sleep(next, signal);
  }
}

/** A signal for what must still be said or undone after the run was cancelled, and soon; else the given one. */
export function extendSignal(signal: AbortSignal): AbortSignal {
  return signal.aborted ? AbortSignal.timeout(900) : signal;
}
