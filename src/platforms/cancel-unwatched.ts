import { explainError } from '../core/errors.ts';
import type { Progress } from './platform.ts';
import { extendSignal } from './polling.ts';

/**
 * Cancels on its platform what nobody watches any more, so that it does not go live later; that this did not work is
 * said. `what` begins a sentence.
 */
export async function cancelUnwatched(
  what: string,
  vendor: string,
  cancel: (signal: AbortSignal) => Promise<void>,
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<void> {
  try {
    await cancel(extendSignal(signal));
    progress.say(`${what} was cancelled on ${vendor}.`);
  } catch (error) {
    progress.say(`${what} goes on at ${vendor} and may go live later: ${explainError(error)}`);
  }
}
