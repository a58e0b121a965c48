import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Command, runInGroup, splitLines } from '../clients/process-group.ts';
import type { Variables } from '../core/context.ts';

export interface Program extends Omit<Command, 'onText'> {
  /** Hears of each line that it writes. */
  onLine(text: string, to: 'stdout' | 'stderr'): void;
}

/**
 * Runs a program and resolves with its exit status, which is 1 where a signal has ended it. Rejects with the signal's
 * reason when aborted, once all that it has started is gone.
 */
export async function run({ onLine, ...command }: Program): Promise<number> {
  const lines = {
    stdout: splitLines(text => onLine(text, 'stdout')),
    stderr: splitLines(text => onLine(text, 'stderr')),
  };
  const { status } = await runInGroup({ ...command, onText: (text, to) => lines[to].push(text) });
  for (const rest of Object.values(lines)) rest.end();
  command.signal.throwIfAborted();
  return status ?? 1;
}

/** The first of the programs that is on the `PATH`, as a path. */
export async function findProgram(names: string[], { PATH = '' }: Variables): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of PATH.split(delimiter).filter(Boolean)) {
      const file = join(folder, name);
      const runs = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (runs) return file;
    }
  }
  return undefined;
}

/**
 * The variables for a program of a vendor: those of the step without the inputs of the action, which have other tokens.
 */
export function omitInputs(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('INPUT_')));
}
