import { Unavailable } from '../clients/api/errors.ts';
import type { Clock } from '../core/clock.ts';

export interface Polling {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds until polling gives up. */
  deadline: number;
  /** Milliseconds to the next question, by the milliseconds since the first. */
  pause(elapsed: number): number;
}

/** An outage of the vendor shorter than this never ends a wait; milliseconds. */
const longestOutage = 10 * 60_000;

/** Asks until there is an answer; undefined when none came before the deadline. */
export function poll<Answer>(polling: Polling, ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  return pollUntil(polling, ask, answer => answer !== undefined);
}

/**
 * Asks until the answer is the wanted one, or the deadline has passed. Returns the last answer. It waits out an outage of
 * the vendor and a used-up rate limit, and throws an Unavailable if no answer can come before the end.
 */
export async function pollUntil<Answer>(
  polling: Polling,
  ask: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const { clock, signal, deadline, pause } = polling;
  const started = clock.now();
  for (;;) {
    const answer = await tryToAsk(ask);
    const isOut = answer instanceof Unavailable;
    if (!isOut && isWanted(answer)) return answer;
    const elapsed = clock.now() - started;
    const refused = isOut ? (answer.until ?? 0) - clock.now() : 0;
    const next = Math.max(pause(elapsed), refused);
    if (elapsed + next > (isOut ? Math.max(deadline, longestOutage) : deadline)) {
      if (isOut) throw answer;
      return answer;
    }
    await clock.sleep(next, signal);
  }
}

async function tryToAsk<Answer>(ask: () => Promise<Answer>): Promise<Answer | Unavailable> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unavailable) return error;
    throw error;
  }
}

/** After a cancellation, a signal with a moment left for what must still be reported or undone; otherwise the same. */
export function extendSignal(signal: AbortSignal): AbortSignal {
  return signal.aborted ? AbortSignal.timeout(900) : signal;
}
