import type { PostgresSession } from '../../clients/postgres.ts';

const creation =
  /^create (?:unique )?index concurrently (?:if not exists )?((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?) on\b/i;

/** Drops the invalid index that a failed CREATE INDEX CONCURRENTLY leaves; one without a name is left to its finding. */
export async function removeInvalidIndex(session: PostgresSession, statement: string): Promise<void> {
  const name = creation.exec(statement)?.[1];
  if (name === undefined) return;
  const [invalid] = await session.query('SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid', [
    name,
  ]);
  if (invalid) await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}
