import { type PostgresSession, ScriptError } from '../../../clients/postgres.ts';
import type { Clock } from '../../../core/clock.ts';
import { type Migration, runnable, runsOutside } from '../migration.ts';
import { shortened } from '../sql/statements.ts';

/** What one statement did when it was tried. */
export interface Rehearsed {
  migration: string;
  statement: string;
  milliseconds: number;
  /** The locks that it took on tables that were there before its migration, the strongest of each. */
  locks: { table: string; mode: string }[];
}

/** From weak to strong (docs: PostgreSQL, Table-Level Locks); what is weaker lets everyone read and write. */
const modes = ['ShareUpdateExclusive', 'Share', 'ShareRowExclusive', 'Exclusive', 'AccessExclusive'];

/** Applies a migration statement by statement, and looks which locks each really takes. Throws a ScriptError. */
export async function rehearse(session: PostgresSession, migration: Migration, clock: Clock): Promise<Rehearsed[]> {
  const [before] = await session.query<{ last: string }>('SELECT coalesce(max(oid), 0)::text AS last FROM pg_class');
  if (runsOutside(migration)) return [await timed(session, migration, migration.script, clock, 0, async () => [])];
  const rehearsed: Rehearsed[] = [];
  let held = new Set<string>();
  const { statements } = runnable(migration);
  await session.transaction({}, async () => {
    for (const [index, { start, end }] of statements.entries()) {
      const script = migration.script.slice(start, end);
      const locks = async () => {
        const all = await locksOn(session, before?.last ?? '0');
        const fresh = all.filter(({ table, mode }) => !held.has(`${table} ${mode}`));
        held = new Set(all.map(({ table, mode }) => `${table} ${mode}`));
        return fresh;
      };
      rehearsed.push(await timed(session, migration, script, clock, index, locks));
    }
  });
  return rehearsed;
}

async function timed(
  session: PostgresSession,
  { name, ...migration }: Migration,
  script: string,
  clock: Clock,
  index: number,
  locks: () => Promise<Rehearsed['locks']>,
): Promise<Rehearsed> {
  const started = clock.now();
  try {
    await session.script(script);
  } catch (error) {
    throw error instanceof ScriptError ? inWhole(error, migration.script, script, index) : error;
  }
  const milliseconds = clock.now() - started;
  const code = runnable({ name, ...migration }).statements[index]?.code ?? '';
  return { migration: name, statement: shortened(code), milliseconds, locks: await locks() };
}

/** The error as it would be had the whole script been sent: counted, and placed, from its beginning. */
function inWhole(error: ScriptError, whole: string, part: string, index: number): ScriptError {
  const { position } = error.cause;
  if (position) {
    const before = [...whole.slice(0, whole.indexOf(part))].length;
    error.cause.position = String(Number(position) + before);
  }
  return new ScriptError(error.cause, index);
}

async function locksOn(session: PostgresSession, last: string): Promise<Rehearsed['locks']> {
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
    .map(([table, mode]) => ({ table, mode: spelled(mode) }))
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** `ACCESS EXCLUSIVE`, as the documentation of PostgreSQL has it. */
function spelled(mode: string): string {
  return mode.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}
