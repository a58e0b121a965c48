import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Variables } from '../core/context.ts';

export interface Program {
  /** A path, or a name that is looked for on the `PATH` of `env`. */
  file: string;
  args: string[];
  cwd: string;
  env: Variables;
  signal: AbortSignal;
  /** Hears of each line that it writes. */
  onLine(text: string, to: 'stdout' | 'stderr'): void;
}

/** Milliseconds between the request to end and the kill: the runner kills the gate itself soon after. */
const stopsWithin = 2000;

/** Milliseconds that its last output may take after its end: what it has left running may hold the pipes for good. */
const drainsWithin = 2000;

/**
 * Runs a program with all that it starts in one process group, and resolves with its exit status. Rejects with the
 * signal's reason when aborted, once the group is gone. @actions/exec has no way to end what it runs.
 */
export async function run({ file, args, cwd, env, signal, onLine }: Program): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true, // a group of its own, so that what it has started ends with it
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  let late: NodeJS.Timeout | undefined;
  let drained: NodeJS.Timeout | undefined;
  const stop = () => {
    kill('SIGTERM');
    late = setTimeout(() => kill('SIGKILL'), stopsWithin);
  };
  signal.addEventListener('abort', stop, { once: true });
  for (const to of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[to] }).on('line', text => onLine(text, to));
  }
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        drained = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, drainsWithin);
      });
      child.once('close', code => (signal.aborted ? reject(signal.reason) : resolve(code ?? 1)));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(late);
    clearTimeout(drained);
  }
}

/** The first of the programs that is on the `PATH`, as a path. */
export async function installed(names: string[], { PATH = '' }: Variables): Promise<string | undefined> {
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

/** The variables for a program of a vendor: those of the step without the inputs of the action, which have other tokens. */
export function withoutInputs(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('INPUT_')));
}
