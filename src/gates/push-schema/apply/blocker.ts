import type { PostgresSession } from '../../../clients/postgres.ts';
import { formatDuration } from '../../../core/duration.ts';
import { namesIn } from '../judge/judge.ts';
import { describeSession } from './lock.ts';

interface Blocker {
  table: string;
  pid: number;
  application_name: string | null;
  state: string | null;
  /** Null where the role may not see it. */
  milliseconds: number | null;
}

/**
 * Whose transaction keeps a statement waiting, for a sentence: of those that hold a lock on a table which it names, the
 * one that began first. Undefined where it has ended by now.
 */
export async function blockerOf(session: PostgresSession, statement: string): Promise<string | undefined> {
  const [blocker] = await session.query<Blocker>(
    `SELECT c.oid::regclass::text AS table, a.pid, a.application_name, a.state,
            extract(epoch FROM clock_timestamp() - a.xact_start)::float8 * 1000 AS milliseconds
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND c.relkind IN ('r', 'p', 'm', 'f') AND c.relname = ANY ($1)
     ORDER BY a.xact_start, c.relname LIMIT 1`,
    [namesIn(statement)],
  );
  if (!blocker) return undefined;
  const since = blocker.milliseconds === null ? '' : `in a transaction for ${formatDuration(blocker.milliseconds)}`;
  return `${blocker.table} is in use by ${describeSession(blocker, since)}`;
}
