import type { PostgresSession } from '../../../clients/postgres.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';

export const locked: FindingKind = {
  code: 'schema/locked',
  severity: 'error',
  boundary: 'data',
  meaning: 'Another session holds the lock under which migrations are applied. Nothing was changed.',
  cause:
    'Another release or a migration tool is at work, or a session of one that was killed was left behind in a pooler.',
  help: 'Wait until the other release has ended and run the job again. If the session belongs to nothing that runs, end it: `SELECT pg_terminate_backend(<pid>)`.',
};

export interface LockRequest {
  database: string;
  place?: Place | undefined;
  key: bigint;
  /** Milliseconds to wait for another holder. */
  wait: number;
}

/** Milliseconds between two attempts. */
const pause = 200;

interface Holder {
  pid: number;
  application_name: string | null;
  connected: number | null;
  state: string | null;
}

/** Takes the advisory lock for the session. Throws a GateError that names the holder when it stays taken. */
export async function takeLock(session: PostgresSession, request: LockRequest, context: GateContext): Promise<void> {
  const { clock, log, signal } = context;
  const deadline = clock.now() + request.wait;
  for (let attempt = 1; ; attempt++) {
    const [row] = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      String(request.key),
    ]);
    if (row?.taken) return;
    if (clock.now() >= deadline) break;
    if (attempt === 1) {
      const [holder] = await holdersOf(session, request.key);
      const who = holder ? describe(holder) : 'another session';
      log.info(
        `${request.database}: the migration lock is held by ${who}; waiting up to ${formatDuration(request.wait)}.`,
      );
    }
    await clock.sleep(pause, signal);
  }
  const [holder] = await holdersOf(session, request.key);
  throw new GateError([
    found(locked, {
      message: `The migration lock of ${request.database} (${request.key}) was still held after ${formatDuration(request.wait)}${holder ? ` by ${describe(holder)}` : ''}.`,
      help: locked.help.replace('<pid>', holder ? String(holder.pid) : '<pid>'),
      place: request.place,
    }),
  ]);
}

export async function releaseLock(session: PostgresSession, key: bigint): Promise<void> {
  await session.query('SELECT pg_advisory_unlock($1)', [String(key)]);
}

/** docs: PostgreSQL, pg_locks: a bigint key is split over classid (high half) and objid (low half), objsubid is 1. */
function holdersOf(session: PostgresSession, key: bigint): Promise<Holder[]> {
  return session.query<Holder>(
    `SELECT l.pid, a.application_name, a.state,
            extract(epoch FROM clock_timestamp() - a.backend_start)::float8 * 1000 AS connected
     FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND l.classid::bigint = $1 AND l.objid::bigint = $2`,
    [String(key >> 32n), String(key & 0xffffffffn)],
  );
}

function describe(holder: Holder): string {
  return describeSession(holder, holder.connected === null ? '' : `connected for ${formatDuration(holder.connected)}`);
}

/** A session, for a sentence: who it is, since when, and what it is at. */
export function describeSession(
  { pid, application_name: name, state }: Pick<Holder, 'pid' | 'application_name' | 'state'>,
  since: string,
): string {
  return [`the session with pid ${pid}${name ? ` (${name})` : ''}`, since, state ?? ''].filter(Boolean).join(', ');
}
