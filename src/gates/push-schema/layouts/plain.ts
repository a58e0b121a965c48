import { posix } from 'node:path';
import type { Migration } from '../migration.ts';
import type { Layout } from './layout.ts';
import { otherToolOf } from './other-tools.ts';
import { readEach, readScript } from './script.ts';

/** `*.sql`, in the order of the names. */
export const plainLayout: Layout = {
  fits: entries => entries.some(entry => isScript(entry)) && otherToolOf(entries) === undefined,

  isMigration: file => /^[^/]+\.sql$/.test(file),

  read: async (entries, { workspace, path }) => {
    const migrations = await readEach(entries.filter(isScript), async ({ name }): Promise<Migration> => {
      const file = await readScript(workspace, posix.join(path, name));
      const id = name.slice(0, -'.sql'.length);
      return { id, name: id, path: posix.join(path, name), file, script: file };
    });
    return { tool: 'sql', migrations, findings: [] };
  },
};

function isScript(entry: { name: string; isDirectory(): boolean }): boolean {
  return !entry.isDirectory() && entry.name.endsWith('.sql');
}
