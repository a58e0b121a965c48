import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import { checksumOf } from './checksum.ts';
import type { Ledger } from './ledger.ts';
import { unlessMissing } from './missing-table.ts';
import { ownLock } from './own-lock.ts';

/**
 * `drizzle.__drizzle_migrations`. drizzle-orm: pg-core/dialect.ts (migrate), migrator.ts (readMigrationFiles). The tool
 * knows a migration by the time in its journal alone, applies what is later than the latest, and takes no lock.
 */
export const drizzleLedger: Ledger = {
  tool: 'Drizzle',
  lockKey: ownLock,
  rules: [
    editedAfterApplied({
      severity: 'error',
      help: 'Take the change back (`git log -p` on the file shows it) and put it into a new migration: `npx drizzle-kit generate`.',
    }),
    notInRepository({
      severity: 'warning', // the tool goes on
      help: 'Bring the migration back from the branch or release that applied it, so that the repository tells all.',
    }),
    outOfOrder({
      severity: 'error', // the tool would leave it out for ever, without a word
      help: 'Drizzle never applies a migration that is older than the latest. Delete it (`npx drizzle-kit drop`) and generate it anew.',
    }),
  ],

  schema: () => 'drizzle',

  read: async session => {
    const rows = await unlessMissing(
      session.query<{ hash: string; created_at: string }>(
        'SELECT hash, created_at::text FROM drizzle.__drizzle_migrations ORDER BY created_at',
      ),
    );
    const entries = (rows ?? []).map(({ hash, created_at }) => {
      return { id: created_at, state: 'applied' as const, checksum: hash };
    });
    return { exists: rows !== undefined, entries, strangers: [] };
  },

  prepare: async session => {
    await session.query('CREATE SCHEMA IF NOT EXISTS drizzle');
    await session.query(
      'CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)',
    );
  },

  started: async () => {},

  finished: async (session, { id, file }) => {
    await session.query('INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)', [
      checksumOf(file),
      id,
    ]);
  },

  failed: async () => {},
};
