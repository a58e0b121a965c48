import type { Place } from '../../core/finding.ts';
import { placeAt } from './sql/place.ts';
import { type Statement, splitStatements } from './sql/statements.ts';

/** One migration of the repository. */
export interface Migration {
  /** Its name in the ledger: the folder for Prisma, the version for Supabase. */
  id: string;
  /** Its name for people: the folder, or the file without `.sql`. */
  name: string;
  /** The script, from the root of the repository. */
  path: string;
  /** The file's text, byte for byte. */
  file: string;
  /** The part that is applied; every position is that in the file. */
  script: string;
  /** Whether it is a program instead of SQL. Default false. */
  isProgram?: boolean;
}

/** Commands that PostgreSQL rejects within a transaction block (docs: PostgreSQL, SQL Commands, notes of each). */
const outsideOnly =
  /^(create (unique )?index concurrently|drop index concurrently|reindex( \(.*\))? .*concurrently|reindex( \(.*\))? (system|database|schema)|alter table .* detach partition .* concurrently|vacuum|(create|drop) (database|tablespace)|alter system|(create|drop) subscription)\b/i;

export function cannotRunInTransaction(statement: Statement): boolean {
  return outsideOnly.test(statement.code);
}

/** Settings of the session, such as `SET lock_timeout = '2s'`; others only hold in a transaction. */
const setting = /^set (?!local\b|transaction\b|constraints\b)/i;

/**
 * The index of the statement that PostgreSQL rejects within a transaction, if it is the migration's only one but for
 * settings before it, so it runs outside of one.
 */
export function findOutsideStatement(migration: Migration): number | undefined {
  const { statements, hadTransaction } = runnable(migration);
  const last = statements.at(-1);
  if (hadTransaction || last === undefined || !cannotRunInTransaction(last)) return undefined;
  return statements.slice(0, -1).every(({ code }) => setting.test(code)) ? statements.length - 1 : undefined;
}

/** Whether the migration runs outside of a transaction. */
export function runsOutside(migration: Migration): boolean {
  return findOutsideStatement(migration) !== undefined;
}

/** A script that can run in a transaction of the gate. */
export interface Runnable {
  /** The script without the BEGIN and COMMIT of its own transactions; every position is unchanged. */
  script: string;
  /** The statements; parts with only comments are skipped. */
  statements: Statement[];
  /** Whether the script had a transaction of its own. */
  hadTransaction: boolean;
}

export function runnable(migration: Migration): Runnable {
  const known = runnables.get(migration);
  if (known) return known;
  const made = makeRunnable(migration);
  runnables.set(migration, made);
  return made;
}

const runnables = new WeakMap<Migration, Runnable>(); // several rules need it

/** Prisma writes a pair around some changes, in the middle of a script. The gate's own transaction has all of them. */
function makeRunnable({ script }: Migration): Runnable {
  const all = splitStatements(script).filter(({ code }) => code !== '');
  const controls = all.filter(({ code }) => begin.test(code) || commit.test(code));
  const isPaired = controls.every(({ code }, index) => (index % 2 === 0 ? begin : commit).test(code));
  if (controls.length === 0 || controls.length % 2 === 1 || !isPaired) {
    return { script, statements: all, hadTransaction: false };
  }
  const statements = all.filter(statement => !controls.includes(statement));
  return { script: controls.reduce(blankOut, script), statements, hadTransaction: true };
}

const begin = /^(begin|start transaction)( work| transaction)?$/i;
const commit = /^(commit|end)( work| transaction)?$/i;

/** Replaces a statement and its semicolon with spaces, so that every other position stays the same. */
function blankOut(script: string, { start, end }: Statement): string {
  const gap = script.slice(start, end + 1).replace(/[^\n]/g, ' ');
  return script.slice(0, start) + gap + script.slice(start + gap.length);
}

export function placeOf(migration: Migration, statement?: Statement): Place {
  return statement ? placeAt(migration.script, statement.start, migration.path) : { path: migration.path };
}

/** `a, b, c and 2 more` */
export function namesOf(migrations: { name: string }[]): string {
  const shown = migrations.slice(0, 3).map(({ name }) => name);
  const more = migrations.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
