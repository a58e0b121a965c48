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

/**
 * Whether the migration is a single statement that PostgreSQL rejects within a transaction, so it runs outside of one.
 */
export function runsOutside(migration: Migration): boolean {
  const { statements } = runnable(migration);
  const [only] = statements;
  return statements.length === 1 && only !== undefined && cannotRunInTransaction(only);
}

/** A script that can run in a transaction of the gate. */
export interface Runnable {
  /** The script without a BEGIN and COMMIT around all of it; every position is unchanged. */
  script: string;
  /** The statements; parts with only comments are skipped. */
  statements: Statement[];
}

export function runnable(migration: Migration): Runnable {
  const known = runnables.get(migration);
  if (known) return known;
  const made = makeRunnable(migration);
  runnables.set(migration, made);
  return made;
}

const runnables = new WeakMap<Migration, Runnable>(); // several rules need it

function makeRunnable({ script }: Migration): Runnable {
  const statements = splitStatements(script).filter(({ code }) => code !== '');
  const [first, last] = [statements.at(0), statements.at(-1)];
  const wrapped =
    first !== undefined &&
    last !== undefined &&
    /^(begin|start transaction)( work| transaction)?$/i.test(first.code) &&
    /^(commit|end)( work| transaction)?$/i.test(last.code);
  if (!wrapped) return { script, statements };
  return { script: blankOut(blankOut(script, first), last), statements: statements.slice(1, -1) };
}

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
