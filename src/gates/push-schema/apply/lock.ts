import type { PostgresSession } from '../../../clients/postgres.ts';
import { matchLock } from '../../../clients/postgres-advisory-lock.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Database } from '../database.ts';
import { describeSession } from './blocker.ts';

export const locked: FindingKind = {
  code: 'schema/locked',
  severity: 'error',
  boundary: 'data',
  meaning: 'Another session holds the lock that protects migrations. Nothing was changed.',
  cause: 'Another release or a migration tool is running, or a killed run has left its session behind in a pooler.',
  help: 'Wait until the other release has ended and run the job again. If no running job owns the session, end it: `SELECT pg_terminate_backend(<pid>)`.',
};

/** Milliseconds between two attempts. */
const pause = 200;

interface Holder {
  pid: number;
  application_name: string | null;
  connected: number | null;
  state: string | null;
}

/**
 * Takes the advisory lock for the session; waits up to `wait` milliseconds. Throws a GateError that names the holder if
 * the lock stays taken.
 */
export async function takeLock({ target, session, tool }: Database, wait: number, context: GateContext): Promise<void> {
  const { clock, log, signal } = context;
  const key = tool.lockKey;
  const deadline = clock.now() + wait;
  for (let attempt = 1; ; attempt++) {
    if (await session.tryLock(key)) return;
    if (clock.now() >= deadline) break;
    if (attempt === 1) {
      const [holder] = await findHolders(session, key);
      const who = holder ? describeHolder(holder) : 'another session';
      log.info(`${target.name}: ${who} holds the migration lock; waiting up to ${formatDuration(wait)}.`);
    }
    await clock.sleep(pause, signal);
  }
  const [holder] = await findHolders(session, key);
  throw new GateError([
    found(locked, {
      message: `The migration lock of ${target.name} (${key}) was still held after ${formatDuration(wait)}${holder ? ` by ${describeHolder(holder)}` : ''}.`,
      help: locked.help.replace('<pid>', holder ? String(holder.pid) : '<pid>'),
      place: target.place,
    }),
  ]);
}

export async function releaseLock({ session, tool }: Database): Promise<void> {
  await session.unlock(tool.lockKey);
}

function findHolders(session: PostgresSession, key: bigint): Promise<Holder[]> {
  return session.query<Holder>(
    `SELECT l.pid, a.application_name, a.state,
            extract(epoch FROM clock_timestamp() - a.backend_start)::float8 * 1000 AS connected
     FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE ${matchLock(key)}`,
  );
}

function describeHolder(holder: Holder): string {
  return describeSession(holder, holder.connected === null ? '' : `connected for ${formatDuration(holder.connected)}`);
}
