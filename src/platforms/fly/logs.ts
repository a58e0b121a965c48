import { explainError } from '../../core/errors.ts';
import type { Progress } from '../platform.ts';
import type { FlyApi } from './api.ts';
import type { Machine } from './machine.ts';

/** Shows what a machine has written since it was updated, and returns the last line that says something. */
export async function showLog(
  api: FlyApi,
  updated: Machine,
  progress: Progress,
  signal: AbortSignal,
): Promise<string | undefined> {
  const machine = updated.id;
  const since = Date.parse(updated.updated_at ?? ''); // by the clock of Fly.io, as that of the lines is
  try {
    const lines = (await api.logs(machine, signal)).filter(({ at }) => !(at < since));
    if (lines.length > 0) {
      progress.say(`The log of machine ${machine}:`);
      progress.quote(lines.map(({ text }) => text).join('\n'));
    }
    return lines.findLast(({ text }) => text.trim() !== '')?.text.trim();
  } catch (error) {
    signal.throwIfAborted();
    progress.say(`The log of machine ${machine} could not be read: ${explainError(error)}`);
    return undefined;
  }
}
