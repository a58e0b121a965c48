import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Command, runInGroup, splitLines } from '../clients/process-group.ts';
import type { Variables } from '../core/context.ts';
import { toOneLine } from '../core/one-line.ts';
import type { Redactor } from '../core/redaction.ts';
import type { Progress } from './platform.ts';

export interface Program extends Omit<Command, 'onText'> {
  /** Called with each line that the program writes. */
  onLine(text: string, to: 'stdout' | 'stderr'): void;
}

/**
 * Runs a program and resolves with its exit status, or 1 where a signal ended it. When aborted, rejects with the
 * signal's reason once every process that the program started is gone.
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

/**
 * Runs a program and quotes its lines as it writes them. Resolves with its status and with how it ended, as a sentence
 * about `name` that has the last line.
 */
export async function runQuoted(
  name: string,
  program: Omit<Program, 'onLine'>,
  { progress, redactor }: { progress: Progress; redactor: Redactor },
): Promise<{ status: number; summary: string }> {
  let last = '';
  const onLine = (text: string) => {
    if (text.trim() !== '') last = text.trim();
    progress.quote(text);
  };
  const status = await run({ ...program, onLine });
  const lastLine = last && ` Its last line: ${toOneLine(last, redactor)}`;
  return { status, summary: `${name} ended with status ${status}.${lastLine}` };
}

/** The first of the programs that is on the `PATH`, as a path. */
export async function findProgram(names: string[], { PATH = '' }: Variables): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of PATH.split(delimiter).filter(Boolean)) {
      const file = join(folder, name);
      if (await isAccessible(file, constants.X_OK)) return file;
    }
  }
  return undefined;
}

export function isAccessible(path: string, mode = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** The variables of the step that begin like this: a vendor's program gets its own token and settings, and no others. */
export function pickVariables(variables: Variables, start: string): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith(start)));
}
