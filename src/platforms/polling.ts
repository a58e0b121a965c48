import type { Clock } from '../core/clock.ts';

export interface Polling {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds until polling gives up. */
  deadline: number;
  /** Milliseconds to the next question, by the milliseconds since the first. */
  pause(elapsed: number): number;
}

/** Asks until there is an answer; undefined when none came before the deadline. */
export function poll<Answer>(polling: Polling, ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  return pollUntil(polling, ask, answer => answer !== undefined);
}

/** Asks until the answer is the wanted one, or the deadline has passed. Returns the last answer. */
export async function pollUntil<Answer>(
  polling: Polling,
  ask: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const { clock, signal, deadline, pause } = polling;
  const started = clock.now();
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    const elapsed = clock.now() - started;
    const next = pause(elapsed);
    if (elapsed + next > deadline) return answer;
    await clock.sleep(next, signal);
  }
}

/** After a cancellation, a signal with a moment left for what must still be reported or undone; otherwise the same. */
export function extendSignal(signal: AbortSignal): AbortSignal {
  return signal.aborted ? AbortSignal.timeout(900) : signal;
}
