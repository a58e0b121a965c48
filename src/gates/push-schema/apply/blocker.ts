import type { PostgresSession } from '../../../clients/postgres.ts';
import { formatDuration } from '../../../core/duration.ts';
import { listNames } from '../judge/judge.ts';

interface Session {
  pid: number;
  application_name: string | null;
  state: string | null;
}

interface Blocker extends Session {
  table: string;
  /** Since its transaction began; null where the role may not see it. */
  milliseconds: number | null;
}

/**
 * Describes the oldest transaction that holds a lock on a table of the statement. Undefined where it has ended by now.
 */
export async function describeBlocker(session: PostgresSession, statement: string): Promise<string | undefined> {
  const [blocker] = await session.query<Blocker>(
    `SELECT c.oid::regclass::text AS table, a.pid, a.application_name, a.state,
            extract(epoch FROM clock_timestamp() - a.xact_start)::float8 * 1000 AS milliseconds
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND c.relkind IN ('r', 'p', 'm', 'f') AND c.relname = ANY ($1)
     ORDER BY a.xact_start, c.relname LIMIT 1`,
    [listNames(statement)],
  );
  if (!blocker) return undefined;
  const since = blocker.milliseconds === null ? '' : `in a transaction for ${formatDuration(blocker.milliseconds)}`;
  return `${blocker.table} is in use by ${describeSession(blocker, since)}`;
}

/** `the session with pid 42 (psql), connected for 3 s, idle` */
export function describeSession({ pid, application_name: name, state }: Session, since: string): string {
  return [`the session with pid ${pid}${name ? ` (${name})` : ''}`, since, state ?? ''].filter(Boolean).join(', ');
}
