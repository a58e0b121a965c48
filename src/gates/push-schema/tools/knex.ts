import { posix } from 'node:path';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { needsOwnToolFinding } from '../ledger-rules/needs-own-tool.ts';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { stuckLock } from '../ledger-rules/stuck-lock.ts';
import type { Migration } from '../migration.ts';
import { unlessMissing } from './catalog-queries.ts';
import type { Ledger } from './ledger.ts';
import { readEach, readScript } from './script.ts';
import { type Layout, ownLockKey, type Tool } from './tool.ts';

/** knex: lib/migrations/common/MigrationsLoader.js and the names that `migrate:make` gives. */
const filePattern = /^\d{14}_.*\.([cm]?[jt]s)$/;

/** Programs, by name. */
const layout: Layout = {
  fits: entries => entries.some(entry => !entry.isDirectory() && filePattern.test(entry.name)),

  isMigration: file => filePattern.test(file) && !file.includes('/'),

  read: async (entries, { workspace, path }) => {
    const files = entries.filter(entry => !entry.isDirectory() && filePattern.test(entry.name));
    const migrations = await readEach(files, async ({ name }): Promise<Migration> => {
      const file = await readScript(workspace, posix.join(path, name));
      return { id: name, name, path: posix.join(path, name), file, script: '', isProgram: true };
    });
    return { migrations, findings: [] };
  },
};

/** `knex_migrations`. The gate only reads it: the migrations are programs, so knex applies them. */
const ledger: Ledger = {
  owns: { tables: ['knex_migrations', 'knex_migrations_lock'] },

  schema: ({ address }) => address.schema ?? 'public',

  read: async session => {
    const rows = await unlessMissing(session.query<{ name: string }>('SELECT name FROM knex_migrations ORDER BY id'));
    const locks = await unlessMissing(session.query('SELECT FROM knex_migrations_lock WHERE is_locked = 1'));
    const entries = (rows ?? []).map(({ name }) => ({ id: name, state: 'applied' as const }));
    return { exists: rows !== undefined, entries, strangers: [], stuck: (locks ?? []).length > 0 };
  },

  prepare: refuse,
  recordEnd: refuse,
};

async function refuse(): Promise<void> {
  throw new GateError([found(needsOwnToolFinding, { message: 'Only knex can apply migrations of knex.' })]);
}

/** knex: lib/migrations/migrate. */
export const knex: Tool = {
  key: 'knex',
  name: 'knex',
  layout,
  ledger,
  lockKey: ownLockKey,
  takesLock: true,
  rules: [
    stuckLock,
    notInRepository({
      severity: 'error', // the tool calls the directory corrupt
      help: 'Restore the migration from the branch or release that applied it.',
    }),
  ],
};
