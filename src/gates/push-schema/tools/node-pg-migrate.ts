import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { notInRepository } from '../ledger-rules/not-in-repository.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import type { Migration } from '../migration.ts';
import { unlessMissing } from './catalog-queries.ts';
import type { Ledger } from './ledger.ts';
import { readEach, readScript } from './script.ts';
import type { Layout, Tool } from './tool.ts';

/** node-pg-migrate: sqlMigration.ts, and the names that its `create` gives. */
const filePattern = /^\d{13,17}[_-].*\.(sql|[cm]?[jt]s)$/;
const upMarker = /^\s*--[\s-]*up\s+migration/im;
const downMarker = /^\s*--[\s-]*down\s+migration/im;

/** `<time>_<name>.sql` with an up part and a down part, or programs that import node-pg-migrate. */
const layout: Layout = {
  isDistinct: true,

  fits: (entries, { workspace, path }) =>
    entries.some(entry => {
      if (entry.isDirectory() || !filePattern.test(entry.name)) return false;
      const text = readFileSync(join(workspace, path, entry.name), 'utf8');
      return entry.name.endsWith('.sql') ? upMarker.test(text) : /node-pg-migrate|\bpgm\b/.test(text);
    }),

  isMigration: file => filePattern.test(file) && !file.includes('/'),

  read: async (entries, { workspace, path }) => {
    const files = entries.filter(entry => !entry.isDirectory() && filePattern.test(entry.name)).map(({ name }) => name);
    const migrations = await readEach(files, async (name): Promise<Migration> => {
      const file = await readScript(workspace, posix.join(path, name));
      const id = name.replace(/\.[^.]+$/, '');
      const isProgram = !name.endsWith('.sql');
      return { id, name: id, path: posix.join(path, name), file, script: isProgram ? '' : cutUpPart(file), isProgram };
    });
    return { migrations, findings: [] };
  },
};

/** The up part. The rest becomes spaces, so that every place is that of the file. */
function cutUpPart(file: string): string {
  const [up, down] = [upMarker.exec(file)?.index ?? 0, downMarker.exec(file)?.index ?? file.length];
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  if (down < up) return blank(file.slice(0, up)) + file.slice(up);
  return blank(file.slice(0, up)) + file.slice(up, down) + blank(file.slice(down));
}

/** `pgmigrations`, in the search path. */
const ledger: Ledger = {
  owns: { tables: ['pgmigrations'] },

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

  recordEnd: async (session, { name }) => {
    await session.query('INSERT INTO pgmigrations (name, run_on) VALUES ($1, now())', [name]);
  },
};

/** node-pg-migrate: runner.ts (ensureMigrationsTable, lock, checkOrder), migration.ts. */
export const nodePgMigrate: Tool = {
  key: 'node-pg-migrate',
  name: 'node-pg-migrate',
  layout,
  ledger,
  lockKey: 7241865325823964n,
  takesLock: true,
  rules: [
    notInRepository({
      severity: 'error', // the tool stops as well, when it checks the order
      help: 'Restore the migration from the branch or release that applied it, or delete its row of pgmigrations.',
    }),
    outOfOrder({
      severity: 'error',
      help: 'Give the file a later time. If it does not depend on anything newer, you can apply it with `npx node-pg-migrate up --no-check-order`.',
    }),
  ],
};
