import { type PostgresSession, ScriptError } from '../../clients/postgres.ts';
import { removeInvalidIndex } from './invalid-index.ts';
import type { Ledger } from './ledgers/ledger.ts';
import { cannotRunInTransaction, type Migration, runnable } from './migration.ts';

/**
 * Applies one migration and writes its row of the ledger: both in one transaction, where a statement may wait
 * `lockTimeout` milliseconds for a lock. A migration of one statement that cannot run in a transaction is run outside
 * of one, and with no limit: it blocks nobody, and ended half-way it would leave an invalid index.
 * Throws a ScriptError when a statement fails.
 */
export async function apply(
  session: PostgresSession,
  ledger: Ledger,
  migration: Migration,
  lockTimeout: number,
): Promise<void> {
  const { script, statements } = runnable(migration);
  const [only] = statements;
  if (statements.length === 1 && only && cannotRunInTransaction(only)) {
    return applyOutside(session, ledger, migration, only.code);
  }
  await session.transaction({ lock_timeout: `${lockTimeout}ms` }, async () => {
    await ledger.started(session, migration);
    await session.script(script);
    await ledger.finished(session, migration);
  });
}

async function applyOutside(
  session: PostgresSession,
  ledger: Ledger,
  migration: Migration,
  statement: string,
): Promise<void> {
  await session.reset();
  await session.query('SET lock_timeout = 0');
  await ledger.started(session, migration);
  try {
    await session.script(migration.script);
  } catch (error) {
    if (error instanceof ScriptError) {
      await ledger.failed(session, migration, error.message);
      await removeInvalidIndex(session, statement);
    }
    throw error;
  }
  await ledger.finished(session, migration);
}
