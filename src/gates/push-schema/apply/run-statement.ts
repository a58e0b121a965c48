import { type PostgresSession, ScriptError } from '../../../clients/postgres.ts';
import { type Migration, runnable } from '../migration.ts';

/** Runs one statement of a migration. Throws a ScriptError as if the whole script had been sent. */
export async function runStatement(session: PostgresSession, migration: Migration, index: number): Promise<void> {
  const statement = runnable(migration).statements[index];
  if (!statement) return;
  try {
    await session.script(migration.script.slice(statement.start, statement.end));
  } catch (error) {
    throw error instanceof ScriptError ? placeInWhole(error, migration.script.slice(0, statement.start), index) : error;
  }
}

function placeInWhole({ cause }: ScriptError, before: string, index: number): ScriptError {
  if (cause.position) cause.position = String(Number(cause.position) + [...before].length);
  return new ScriptError(cause, index);
}
