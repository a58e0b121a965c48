import type { Place } from '../../core/finding.ts';
import { placeAt } from './sql/place.ts';
import { type Statement, splitStatements } from './sql/statements.ts';

/** One migration of the repository. */
export interface Migration {
  /** What the ledger calls it: the folder's name for Prisma, the version for Supabase. */
  id: string;
  /** As people call it: the folder, or the file without `.sql`. */
  name: string;
  /** The script, from the root of the repository. */
  path: string;
  /** The file's text, byte for byte. */
  file: string;
  /** What of it is applied, each part where it stands in the file. */
  script: string;
  /** Whether it is a program of its tool's, and no SQL. Default false. */
  isProgram?: boolean;
}

/** Commands that PostgreSQL refuses within a transaction block (docs: PostgreSQL, SQL Commands, each one's notes). */
const outsideOnly =
  /^(create (unique )?index concurrently|drop index concurrently|reindex( \(.*\))? .*concurrently|reindex( \(.*\))? (system|database|schema)|alter table .* detach partition .* concurrently|vacuum|(create|drop) (database|tablespace)|alter system|(create|drop) subscription)\b/i;

export function cannotRunInTransaction(statement: Statement): boolean {
  return outsideOnly.test(statement.code);
}

/**
 * Whether the migration is one statement that PostgreSQL refuses within a transaction, and so is run outside of one.
 */
export function runsOutside(migration: Migration): boolean {
  const { statements } = runnable(migration);
  const [only] = statements;
  return statements.length === 1 && only !== undefined && cannotRunInTransaction(only);
}

/** A script made ready to be run in a transaction of ours. */
export interface Runnable {
  /** The script; where it opens and ends one transaction around all of itself, without that, each place unchanged. */
  script: string;
  /** The statements, without parts that are comments only. */
  statements: Statement[];
}

export function runnable(migration: Migration): Runnable {
  const known = runnables.get(migration);
  if (known) return known;
  const made = makeRunnable(migration);
  runnables.set(migration, made);
  return made;
}

const runnables = new WeakMap<Migration, Runnable>(); // several rules ask for the same

function makeRunnable({ script }: Migration): Runnable {
  const statements = splitStatements(script).filter(({ code }) => code !== '');
  const [first, last] = [statements.at(0), statements.at(-1)];
  const wrapped =
    first !== undefined &&
    last !== undefined &&
    /^(begin|start transaction)( work| transaction)?$/i.test(first.code) &&
    /^(commit|end)( work| transaction)?$/i.test(last.code);
  if (!wrapped) return { script, statements };
  return { script: blanked(blanked(script, first), last), statements: statements.slice(1, -1) };
}

/** Spaces for a statement and its semicolon, so that every other place stays where it is. */
function blanked(script: string, { start, end }: Statement): string {
  const gap = script.slice(start, end + 1).replace(/[^\n]/g, ' ');
  return script.slice(0, start) + gap + script.slice(start + gap.length);
}

export function placeOf(migration: Migration, statement?: Statement): Place {
  return statement ? placeAt(migration.script, statement.start, migration.path) : { path: migration.path };
}

/** `name`, `name and 2 more`: for a sentence. */
export function namesOf(migrations: { name: string }[]): string {
  const shown = migrations.slice(0, 3).map(({ name }) => name);
  const more = migrations.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
