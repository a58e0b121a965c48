import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import type { Ledger } from './ledger.ts';
import { unlessMissing } from './missing-table.ts';

/**
 * `pgmigrations`, in the search path. node-pg-migrate: runner.ts (ensureMigrationsTable, lock, checkOrder),
 * migration.ts.
 */
export const nodePgMigrateLedger: Ledger = {
  tool: 'node-pg-migrate',
  lockKey: 7241865325823964n,
  takesLock: true,
  rules: [
    notInRepository({
      severity: 'error', // the tool stops as well, when it checks the order
      help: 'Bring the migration back from the branch or release that applied it, or delete its row of pgmigrations.',
    }),
    outOfOrder({
      severity: 'error',
      help: 'Give the file a later time, or apply it yourself with `npx node-pg-migrate up --no-check-order` if it builds on nothing newer.',
    }),
  ],

  schema: ({ address }) => address.schema ?? 'public',

  read: async session => {
    const rows = await unlessMissing(
      session.query<{ name: string }>('SELECT name FROM pgmigrations ORDER BY run_on, id'),
    );
    const entries = (rows ?? []).map(({ name }) => ({ id: name, state: 'applied' as const }));
    return { exists: rows !== undefined, entries, strangers: [] };
  },

  prepare: async (session, { exists }) => {
    if (exists) return;
    await session.query(
      'CREATE TABLE pgmigrations (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)',
    );
  },

  started: async () => {},

  finished: async (session, { name }) => {
    await session.query('INSERT INTO pgmigrations (name, run_on) VALUES ($1, now())', [name]);
  },

  failed: async () => {},
};
