import { posix } from 'node:path';
import type { Migration } from '../migration.ts';
import type { Layout } from './layout.ts';
import { readEach, readScript } from './script.ts';

/** knex: lib/migrations/common/MigrationsLoader.js and the names that `migrate:make` gives. */
const filePattern = /^\d{14}_.*\.([cm]?[jt]s)$/;

/** Programs, by name. */
export const knexLayout: Layout = {
  fits: entries => entries.some(entry => !entry.isDirectory() && filePattern.test(entry.name)),

  isMigration: file => filePattern.test(file) && !file.includes('/'),

  read: async (entries, { workspace, path }) => {
    const files = entries.filter(entry => !entry.isDirectory() && filePattern.test(entry.name));
    const migrations = await readEach(files, async ({ name }): Promise<Migration> => {
      const file = await readScript(workspace, posix.join(path, name));
      return { id: name, name, path: posix.join(path, name), file, script: '', isProgram: true };
    });
    return { tool: 'knex', migrations, findings: [] };
  },
};
