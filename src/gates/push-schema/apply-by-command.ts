import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { judged, type Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Database } from './database.ts';
import { namesOf } from './migration.ts';

export const commandFailed: FindingKind = {
  code: 'schema/command-failed',
  severity: 'error',
  boundary: 'data',
  meaning: 'The command that applies the migrations failed. What it has applied, the ledger tells.',
  cause: 'A migration that failed, a tool that is not installed in the job, or a database that it could not reach.',
  remedy: "Read the command's own output in the log of this step.",
};

/** Milliseconds for the command to end by itself when the run is cancelled. */
const patience = 2000;

/** Lets the tool of the configuration apply what is pending, and reads from the ledger what it did. */
export async function applyByCommand(database: Database, command: string, context: GateContext): Promise<Outcome> {
  const pending = database.pending;
  const status = await run(command, context);
  context.signal.throwIfAborted();
  await database.plan();
  const left = new Set(database.pending.map(({ id }) => id));
  for (const migration of pending) if (!left.has(migration.id)) database.applied.push(migration);
  const detail = database.applied.length === 0 ? 'applied nothing' : `applied ${namesOf(database.applied)}`;
  if (status === 0) return judged([], detail);
  const seen = `\`${command}\` ended with exit status ${status}.`;
  return { verdict: 'error', findings: [found(commandFailed, { seen, place: database.target.place })], detail };
}

async function run(command: string, { variables, workspace, log, signal }: GateContext): Promise<number> {
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
    const [code] = await once(child, 'close');
    return typeof code === 'number' ? code : 1;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
