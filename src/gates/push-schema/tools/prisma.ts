import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type PostgresSession, quoteIdentifier } from '../../../clients/postgres.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { failedHalfway } from '../ledger-rules/failed-halfway.ts';
import { notEmpty } from '../ledger-rules/not-empty.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import { runsOutside } from '../migration.ts';
import { createSchema, listTables, unlessMissing } from './catalog-queries.ts';
import { computeChecksum } from './checksum.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { readFolders, readScript } from './script.ts';
import type { Layout, Tool } from './tool.ts';

export const wrongProvider: FindingKind = {
  code: 'schema/wrong-provider',
  severity: 'error',
  boundary: 'data',
  meaning: 'The migrations were written for another kind of database (P3019).',
  cause: 'A `provider` in the Prisma schema that was changed, or a path to migrations of another database.',
  help: 'Point `migrations` at migrations made with the provider postgresql.',
};

const lockFile = 'migration_lock.toml';

/** `<folder>/<name>/migration.sql`, in the order of the names, and migration_lock.toml. */
const layout: Layout = {
  isDistinct: true,

  fits: entries =>
    entries.some(entry => entry.name === lockFile) ||
    entries.some(entry => entry.isDirectory() && existsSync(join(entry.parentPath, entry.name, 'migration.sql'))),

  isMigration: file => /^[^/]+\/migration\.sql$/.test(file),

  read: async (entries, request) => {
    const { migrations, findings } = await readFolders(entries, request);
    if (!entries.some(entry => entry.name === lockFile)) return { migrations, findings };
    const lock = await readScript(request.workspace, posix.join(request.path, lockFile));
    return { migrations, findings: [...findings, ...checkProvider(lock, request.path)] };
  },
};

function checkProvider(lock: string, folder: string): Finding[] {
  const provider = /^provider\s*=\s*"([^"]*)"/m.exec(lock)?.[1];
  if (provider === undefined || provider === 'postgresql') return [];
  const path = posix.join(folder, lockFile);
  return [found(wrongProvider, { message: `The migrations in ${folder} are for ${provider}.`, place: { path } })];
}

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  logs: string | null;
}

/** `_prisma_migrations`, in the schema of the connection. */
const ledger: Ledger = {
  owns: { tables: ['_prisma_migrations'] },

  schema: getSchema,

  writes: ['INSERT', 'UPDATE'],

  read: async session => {
    const rows = await unlessMissing(
      session.query<Row>(
        `SELECT migration_name, checksum, finished_at, logs FROM ${quoteTable(session)} WHERE rolled_back_at IS NULL ORDER BY started_at`,
      ),
    );
    if (!rows) return { exists: false, entries: [], strangers: await listTables(session, getSchema(session)) };
    return { exists: true, entries: rows.map(parseRow), strangers: [] };
  },

  prepare: async (session, { exists }) => {
    if (exists) return;
    await createSchema(session, getSchema(session));
    await session.query(
      `CREATE TABLE ${quoteTable(session)} (
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

  recordStart: async (session, migration) => {
    const { name, file } = migration;
    if (runsOutside(migration)) {
      await session.query(`UPDATE ${quoteTable(session)} SET rolled_back_at = now() WHERE ${unfinished}`, [name]);
    }
    await session.query(
      `INSERT INTO ${quoteTable(session)} (id, checksum, started_at, migration_name) VALUES ($1, $2, clock_timestamp(), $3)`,
      [randomUUID(), computeChecksum(file), name],
    );
  },

  recordEnd: async (session, { name }) => {
    await session.query(
      `UPDATE ${quoteTable(session)} SET applied_steps_count = applied_steps_count + 1, finished_at = clock_timestamp() WHERE ${unfinished}`,
      [name],
    );
  },

  recordFailure: async (session, { name }, message) => {
    await session.query(`UPDATE ${quoteTable(session)} SET logs = $2 WHERE ${unfinished}`, [name, message]);
  },
};

/** There is at most one: a failed migration stops every push until it is resolved. */
const unfinished = 'migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL';

function getSchema(session: PostgresSession): string {
  return session.address.schema ?? 'public';
}

/** With its schema, since a script may have changed the search path. */
function quoteTable(session: PostgresSession): string {
  return `${quoteIdentifier(getSchema(session))}._prisma_migrations`;
}

function parseRow({ migration_name: id, checksum, finished_at, logs }: Row): LedgerEntry {
  return { id, state: finished_at ? 'applied' : 'failed', checksum, ...(logs && { logs }) };
}

/**
 * prisma-engines: sql_migration_persistence.rs, flavour/postgres/connector (create_migrations_table, acquire_lock),
 * commands/apply_migrations.rs.
 */
export const prisma: Tool = {
  key: 'prisma',
  name: 'Prisma',
  layout,
  ledger,
  lockKey: 72707369n,
  takesLock: true,
  rules: [
    failedHalfway,
    editedAfterApplied({
      severity: 'error',
      help: 'Revert the edit (`git log -p` on the file shows it) and make the change in a new migration: `npx prisma migrate dev --name <what it does>`.',
    }),
    notEmpty(
      'Check that it is the right database. If it is, baseline it: set `baseline` to the last migration that it already has, or run `npx prisma migrate resolve --applied <name>` for each.',
    ),
    notInRepository({
      severity: 'warning', // Prisma's own `migrate deploy` goes on, and `migrate status` is green
      help: 'Restore the migration from the branch or release that applied it, so that the repository is complete.',
    }),
    outOfOrder({
      severity: 'warning', // Prisma applies it after the newer ones
      help: 'If it does not depend on anything newer, ignore this. Otherwise rename its folder to a later timestamp.',
    }),
  ],
};
