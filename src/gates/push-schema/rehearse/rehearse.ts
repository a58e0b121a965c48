import type { PostgresSession } from '../../../clients/postgres.ts';
import type { Clock } from '../../../core/clock.ts';
import { runStatement } from '../apply/run-statement.ts';
import { findOutsideStatement, type Migration, runnable } from '../migration.ts';
import { shorten } from '../sql/statements.ts';

/** What one statement did in the rehearsal. */
export interface Rehearsed {
  migration: string;
  statement: string;
  milliseconds: number;
  /** The strongest lock that it took on each table that existed before its migration. */
  locks: { table: string; mode: string }[];
}

/** From weak to strong (docs: PostgreSQL, Table-Level Locks). Weaker modes let everyone read and write. */
const modes = ['ShareUpdateExclusive', 'Share', 'ShareRowExclusive', 'Exclusive', 'AccessExclusive'];

/** Applies a migration statement by statement, and reads which locks each one takes. Throws a ScriptError. */
export async function rehearse(session: PostgresSession, migration: Migration, clock: Clock): Promise<Rehearsed[]> {
  const [before] = await session.query<{ last: string }>('SELECT coalesce(max(oid), 0)::text AS last FROM pg_class');
  const { statements } = runnable(migration);
  const run = async (index: number) => {
    const started = clock.now();
    await runStatement(session, migration, index);
    const statement = shorten(statements[index]?.code ?? '');
    return { migration: migration.name, statement, milliseconds: clock.now() - started };
  };
  const outside = findOutsideStatement(migration);
  if (outside !== undefined) {
    for (let index = 0; index < outside; index++) await run(index);
    return [{ ...(await run(outside)), locks: [] }];
  }
  const rehearsed: Rehearsed[] = [];
  let held = new Set<string>();
  await session.transaction({}, async () => {
    for (const index of statements.keys()) {
      const done = await run(index);
      const all = await readLocks(session, before?.last ?? '0');
      rehearsed.push({ ...done, locks: all.filter(({ table, mode }) => !held.has(`${table} ${mode}`)) });
      held = new Set(all.map(({ table, mode }) => `${table} ${mode}`));
    }
  });
  return rehearsed;
}

/** Applies a migration without asking for its locks, which would take longer than the migration. Throws a ScriptError. */
export async function replay(session: PostgresSession, migration: Migration): Promise<void> {
  const outside = findOutsideStatement(migration);
  if (outside === undefined) {
    await session.transaction({}, () => session.script(runnable(migration).script));
    return;
  }
  for (let index = 0; index <= outside; index++) await runStatement(session, migration, index);
}

async function readLocks(session: PostgresSession, last: string): Promise<Rehearsed['locks']> {
  const rows = await session.query<{ table: string; mode: string }>(
    `SELECT c.oid::regclass::text AS table, replace(l.mode, 'Lock', '') AS mode
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND c.relkind IN ('r', 'p', 'm')
       AND c.oid <= $1::oid AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
    [last],
  );
  const strongest = new Map<string, string>();
  for (const { table, mode } of rows) {
    if (modes.indexOf(mode) > modes.indexOf(strongest.get(table) ?? '')) strongest.set(table, mode);
  }
  return [...strongest]
    .map(([table, mode]) => ({ table, mode: spellMode(mode) }))
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** `ACCESS EXCLUSIVE`, as PostgreSQL's documentation spells it. */
function spellMode(mode: string): string {
  return mode.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}
