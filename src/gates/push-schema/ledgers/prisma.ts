import { randomUUID } from 'node:crypto';
import { type PostgresSession, quoteIdentifier } from '../../../clients/postgres.ts';
import { isSqlError } from '../../../clients/postgres-errors.ts';
import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { failedHalfway } from '../ledger-rules/failed-halfway.ts';
import { notEmpty } from '../ledger-rules/not-empty.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import { runsOutside } from '../migration.ts';
import { checksumOf } from './checksum.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerEntry, LedgerState } from './state.ts';
import { tablesIn } from './tables-in.ts';

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  logs: string | null;
}

/**
 * `_prisma_migrations`, in the schema of the connection. prisma-engines: sql_migration_persistence.rs,
 * flavour/postgres/connector (create_migrations_table, acquire_lock), commands/apply_migrations.rs.
 */
export const prismaLedger: Ledger = {
  tool: 'Prisma',
  lockKey: 72707369n,
  takesLock: true,
  rules: [
    failedHalfway,
    editedAfterApplied({
      severity: 'error',
      help: 'Take the change back (`git log -p` on the file shows it) and put it into a new migration: `npx prisma migrate dev --name <what it does>`.',
    }),
    notEmpty(
      'Check that it is the right database. If it is, baseline it: set `baseline` to the last migration that it has already, or run `npx prisma migrate resolve --applied <name>` for each.',
    ),
    notInRepository({
      severity: 'warning', // Prisma's own `migrate deploy` goes on, and `migrate status` is green
      help: 'Bring the migration back from the branch or release that applied it, so that the repository tells all.',
    }),
    outOfOrder({
      severity: 'warning', // Prisma applies it after the newer ones
      help: 'If it builds on nothing newer, go on; else give it a later timestamp by renaming its folder.',
    }),
  ],

  schema: schemaOf,

  read: async session => {
    try {
      const rows = await session.query<Row>(
        `SELECT migration_name, checksum, finished_at, logs FROM ${table(session)} WHERE rolled_back_at IS NULL ORDER BY started_at`,
      );
      return { exists: true, entries: rows.map(entryOf), strangers: [] };
    } catch (error) {
      const missing = isSqlError(error) && (error.code === '42P01' || error.code === '3F000');
      if (!missing) throw error;
      return { exists: false, entries: [], strangers: await tablesIn(session, schemaOf(session)) };
    }
  },

  prepare: async (session, state: LedgerState) => {
    if (state.exists) return;
    const [schema] = await session.query('SELECT FROM pg_namespace WHERE nspname = $1', [schemaOf(session)]);
    if (!schema) await session.query(`CREATE SCHEMA ${quoteIdentifier(schemaOf(session))}`);
    await session.query(
      `CREATE TABLE ${table(session)} (
        id                  VARCHAR(36) PRIMARY KEY NOT NULL,
        checksum            VARCHAR(64) NOT NULL,
        finished_at         TIMESTAMPTZ,
        migration_name      VARCHAR(255) NOT NULL,
        logs                TEXT,
        rolled_back_at      TIMESTAMPTZ,
        started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
        applied_steps_count INTEGER NOT NULL DEFAULT 0
      )`,
    );
  },

  started: async (session, migration) => {
    const { name, file } = migration;
    if (runsOutside(migration)) {
      await session.query(`UPDATE ${table(session)} SET rolled_back_at = now() WHERE ${underWay}`, [name]);
    }
    await session.query(
      `INSERT INTO ${table(session)} (id, checksum, started_at, migration_name) VALUES ($1, $2, clock_timestamp(), $3)`,
      [randomUUID(), checksumOf(file), name],
    );
  },

  finished: async (session, { name }) => {
    await session.query(
      `UPDATE ${table(session)} SET applied_steps_count = applied_steps_count + 1, finished_at = clock_timestamp() WHERE ${underWay}`,
      [name],
    );
  },

  failed: async (session, { name }, message) => {
    await session.query(`UPDATE ${table(session)} SET logs = $2 WHERE ${underWay}`, [name, message]);
  },
};

/** Only one can be: a failed one stops every push until it is resolved. */
const underWay = 'migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL';

function schemaOf(session: PostgresSession): string {
  return session.address.schema ?? 'public';
}

/** With its schema, as a script may have changed the search path. */
function table(session: PostgresSession): string {
  return `${quoteIdentifier(schemaOf(session))}._prisma_migrations`;
}

function entryOf({ migration_name: id, checksum, finished_at, logs }: Row): LedgerEntry {
  return { id, state: finished_at ? 'applied' : 'failed', checksum, ...(logs && { logs }) };
}
