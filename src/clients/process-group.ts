import { spawn } from 'node:child_process';
import type { Variables } from '../core/context.ts';

export interface Command {
  /** A path, or a name that is looked for on the `PATH` of `env`. */
  file: string;
  args: string[];
  cwd: string;
  env: Variables;
  /** Ends the command, with every process that it started. */
  signal: AbortSignal;
  /** Receives what it writes, as it comes. */
  onText(text: string, to: 'stdout' | 'stderr'): void;
}

/** How a process ended: with its own status, or by a signal. */
export type Ended = { status: number; signal?: undefined } | { status?: undefined; signal: NodeJS.Signals };

/** Milliseconds between SIGTERM and SIGKILL: the runner kills the gate itself soon after. */
const stopsWithin = 1500;

/** Milliseconds to read the last output after the end: a process that it left running may hold the pipes open forever. */
const drainsWithin = 2000;

/**
 * Runs a command, with everything it starts, in a process group of its own. Resolves with how the command ended; once
 * aborted, after the group is gone. Rejects if the command cannot be started, or if the signal is already aborted.
 *
 * @actions/exec takes neither a signal nor a timeout, and gives no process to kill: it waits for as long as a hanging
 * program runs (test/clients/process-group.test.ts measures both).
 */
export async function runInGroup({ file, args, cwd, env, signal, onText }: Command): Promise<Ended> {
  signal.throwIfAborted();
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
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
    child[to].setEncoding('utf8').on('data', (text: string) => onText(text, to));
  }
  try {
    return await new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        drained = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, drainsWithin);
      });
      child.once('close', (status, name) => resolve(name === null ? { status: status ?? 1 } : { signal: name }));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(late);
    clearTimeout(drained);
  }
}

/** A longer line is left out: of a secret that is cut in two, neither half would be redacted; characters. */
const longestLine = 256 * 1024;

/** Splits texts into lines as they come. `end` passes on the last line if no line end followed it. */
export function splitLines(onLine: (line: string) => void): { push(text: string): void; end(): void } {
  let rest = '';
  let isTooLong = false;
  const tell = (line: string) => {
    onLine(
      isTooLong || line.length > longestLine ? `(a line of more than ${longestLine} characters is left out)` : line,
    );
    isTooLong = false;
  };
  return {
    push(text) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach(tell);
      if (rest.length <= longestLine) return;
      isTooLong = true;
      rest = '';
    },
    end() {
      if (rest !== '' || isTooLong) tell(rest);
      rest = '';
    },
  };
}
