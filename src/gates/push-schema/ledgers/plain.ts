import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { notEmpty } from '../ledger-rules/not-empty.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import { checksumOf } from './checksum.ts';
import type { Ledger } from './ledger.ts';
import { unlessMissing } from './missing-table.ts';
import { ownLock } from './own-lock.ts';
import { tablesIn } from './tables-in.ts';

const table = 'release_gates.migrations';

/** For a folder of SQL files that no tool looks after: a ledger of our own, `release_gates.migrations`. */
export const plainLedger: Ledger = {
  tool: 'plain SQL',
  lockKey: ownLock,
  rules: [
    editedAfterApplied({
      severity: 'error',
      help: 'Take the change back (`git log -p` on the file shows it) and put it into a new file.',
    }),
    notEmpty(
      'Check that it is the right database. If it is, set `baseline` to the last file whose changes it has already: that one and those before it are entered as applied.',
    ),
    notInRepository({
      severity: 'error',
      help: `Bring the file back, or take it out of the ledger if its changes were undone: DELETE FROM ${table} WHERE name IN ({quoted}).`,
    }),
    outOfOrder({ severity: 'error', help: 'Give the file a name that sorts after the ones that are applied.' }),
  ],

  schema: () => 'release_gates',

  read: async session => {
    const rows = await unlessMissing(
      session.query<{ name: string; checksum: string }>(`SELECT name, checksum FROM ${table} ORDER BY name`),
    );
    const entries = (rows ?? []).map(({ name, checksum }) => ({ id: name, state: 'applied' as const, checksum }));
    const strangers = rows ? [] : await tablesIn(session, session.address.schema ?? 'public');
    return { exists: rows !== undefined, entries, strangers };
  },

  prepare: async session => {
    await session.query('CREATE SCHEMA IF NOT EXISTS release_gates');
    await session.query(
      `CREATE TABLE IF NOT EXISTS ${table} (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
  },

  started: async () => {},

  finished: async (session, { name, file }) => {
    await session.query(`INSERT INTO ${table} (name, checksum) VALUES ($1, $2)`, [name, checksumOf(file)]);
  },

  failed: async () => {},
};
