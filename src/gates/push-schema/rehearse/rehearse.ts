import { type PostgresSession, ScriptError } from '../../../clients/postgres.ts';
import type { Clock } from '../../../core/clock.ts';
import { type Migration, runnable, runsOutside } from '../migration.ts';
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
  const run = async (index: number, script: string) => {
    const started = clock.now();
    try {
      await session.script(script);
    } catch (error) {
      throw error instanceof ScriptError ? placeInWhole(error, migration.script, { script, index }) : error;
    }
    const statement = shorten(statements[index]?.code ?? '');
    return { migration: migration.name, statement, milliseconds: clock.now() - started };
  };
  if (runsOutside(migration)) return [{ ...(await run(0, migration.script)), locks: [] }];
  const rehearsed: Rehearsed[] = [];
  let held = new Set<string>();
  await session.transaction({}, async () => {
    for (const [index, { start, end }] of statements.entries()) {
      const done = await run(index, migration.script.slice(start, end));
      const all = await readLocks(session, before?.last ?? '0');
      rehearsed.push({ ...done, locks: all.filter(({ table, mode }) => !held.has(`${table} ${mode}`)) });
      held = new Set(all.map(({ table, mode }) => `${table} ${mode}`));
    }
  });
  return rehearsed;
}

/** The error as if the whole script had been sent: its statement and position count from the beginning. */
function placeInWhole(error: ScriptError, whole: string, part: { script: string; index: number }): ScriptError {
  const { position } = error.cause;
  if (position) {
    const before = [...whole.slice(0, whole.indexOf(part.script))].length;
    error.cause.position = String(Number(position) + before);
  }
  return new ScriptError(error.cause, part.index);
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
