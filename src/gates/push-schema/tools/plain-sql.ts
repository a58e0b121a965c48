import { posix } from 'node:path';
import { editedAfterApplied } from '../ledger-rules/edited-after-applied.ts';
import { notEmpty } from '../ledger-rules/not-empty.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import { wayBack } from '../ledger-rules/way-back.ts';
import type { Migration } from '../migration.ts';
import { createSchema, listTables, unlessMissing } from './catalog-queries.ts';
import { computeChecksum } from './checksum.ts';
import type { Ledger } from './ledger.ts';
import { readEach, readScript } from './script.ts';
import { type Layout, ownLockKey, type Tool } from './tool.ts';

/** `*.sql`, in the order of the names. */
const layout: Layout = {
  fits: entries => entries.some(isScript),

  isMigration: file => /^[^/]+\.sql$/.test(file),

  read: async (entries, { workspace, path }) => {
    const migrations = await readEach(entries.filter(isScript), async ({ name }): Promise<Migration> => {
      const file = await readScript(workspace, posix.join(path, name));
      const id = name.slice(0, -'.sql'.length);
      return { id, name: id, path: posix.join(path, name), file, script: file };
    });
    return { migrations, findings: [] };
  },
};

function isScript(entry: { name: string; isDirectory(): boolean }): boolean {
  return !entry.isDirectory() && entry.name.endsWith('.sql');
}

const table = 'release_gates.migrations';

const ledger: Ledger = {
  owns: { schema: 'release_gates' },

  schema: () => 'release_gates',

  read: async session => {
    const rows = await unlessMissing(
      session.query<{ name: string; checksum: string }>(`SELECT name, checksum FROM ${table} ORDER BY name`),
    );
    const entries = (rows ?? []).map(({ name, checksum }) => ({ id: name, state: 'applied' as const, checksum }));
    const strangers = rows ? [] : await listTables(session, session.address.schema ?? 'public');
    return { exists: rows !== undefined, entries, strangers };
  },

  prepare: async (session, { exists }) => {
    if (exists) return;
    await createSchema(session, 'release_gates');
    await session.query(
      `CREATE TABLE ${table} (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
  },

  recordEnd: async (session, { name, file }) => {
    await session.query(`INSERT INTO ${table} (name, checksum) VALUES ($1, $2)`, [name, computeChecksum(file)]);
  },
};

/** A folder of SQL files that belongs to no tool: its ledger is the gate's own, `release_gates.migrations`. */
export const plainSql: Tool = {
  key: 'sql',
  name: 'plain SQL',
  layout,
  ledger,
  lockKey: ownLockKey,
  rules: [
    wayBack,
    editedAfterApplied({
      severity: 'error',
      help: 'Revert the edit (`git log -p` on the file shows it) and make the change in a new file.',
    }),
    notEmpty(
      'Check that it is the right database. If it is, set `baseline` to the last file whose changes it already has: that file and those before it are recorded as applied.',
    ),
    notInRepository({
      severity: 'error',
      help: `Restore the file. If its changes were undone, remove it from the ledger: DELETE FROM ${table} WHERE name IN ({quoted}).`,
    }),
    outOfOrder({ severity: 'error', help: 'Give the file a name that sorts after the applied ones.' }),
  ],
};
