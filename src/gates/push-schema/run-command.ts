import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { GateContext } from '../../core/context.ts';

/** Milliseconds for the command to end by itself when the run is cancelled. */
const patience = 1500;

export interface Ended {
  succeeded: boolean;
  /** The end of a sentence that begins with the command: `ended with exit status 1`. */
  how: string;
  /** Whether the shell found no program of that name. */
  notFound: boolean;
}

/** Runs a command by `sh` in the root of the repository, with its output in the log, until it ends or the run does. */
export async function runCommand(command: string, { variables, workspace, log, signal }: GateContext): Promise<Ended> {
  log.info(`Running ${command}`);
  const child = spawn('sh', ['-c', command], {
    cwd: workspace,
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = (how: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, how); // with whatever it has started
    } catch {
      // it has ended by itself
    }
  };
  const stop = () => {
    end('SIGTERM');
    setTimeout(() => end('SIGKILL'), patience).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    let rest = '';
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (lines.length > 0) log.quote(lines.join('\n'));
    });
    stream.on('end', () => rest && log.quote(rest));
  }
  try {
    const [code, killed] = await once(child, 'close');
    const how = killed ? `was ended by ${killed}` : `ended with exit status ${code}`;
    return { succeeded: code === 0, how, notFound: code === 127 };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
