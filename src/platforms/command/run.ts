import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Variables } from '../../core/context.ts';

export interface Command {
  line: string;
  cwd: string;
  env: Variables;
  signal: AbortSignal;
  /** Hears of each line that it writes. */
  onLine(text: string): void;
}

/** Milliseconds between the request to end and the kill: the runner kills the gate itself soon after. */
const stopsWithin = 2000;

/**
 * Runs a line of shell with all that belongs to it in one process group, and resolves with its exit status. Rejects with
 * the signal's reason when aborted, once the group is gone.
 */
export async function run({ line, cwd, env, signal, onLine }: Command): Promise<number> {
  signal.throwIfAborted();
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', line], {
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
  const stop = () => {
    kill('SIGTERM');
    late = setTimeout(() => kill('SIGKILL'), stopsWithin);
  };
  signal.addEventListener('abort', stop, { once: true });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', code => (signal.aborted ? reject(signal.reason) : resolve(code ?? 1)));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(late);
  }
}
