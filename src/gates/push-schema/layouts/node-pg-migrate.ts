import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Migration } from '../migration.ts';
import type { Layout } from './layout.ts';
import { readEach, readScript } from './script.ts';

/** node-pg-migrate: sqlMigration.ts, and the names that its `create` gives. */
const filePattern = /^\d{13,17}[_-].*\.(sql|[cm]?[jt]s)$/;
const marker = /^\s*--[\s-]*up\s+migration/im;
const downMarker = /^\s*--[\s-]*down\s+migration/im;

/** `<time>_<name>.sql` with a part that leads up and one that leads down, or programs that import node-pg-migrate. */
export const nodePgMigrateLayout: Layout = {
  fits: (entries, { workspace, path }) =>
    entries.some(entry => {
      if (entry.isDirectory() || !filePattern.test(entry.name)) return false;
      const text = readFileSync(join(workspace, path, entry.name), 'utf8');
      return entry.name.endsWith('.sql') ? marker.test(text) : /node-pg-migrate|\bpgm\b/.test(text);
    }),

  isMigration: file => filePattern.test(file) && !file.includes('/'),

  read: async (entries, { workspace, path }) => {
    const files = entries.filter(entry => !entry.isDirectory() && filePattern.test(entry.name)).map(({ name }) => name);
    const migrations = await readEach(files, async (name): Promise<Migration> => {
      const file = await readScript(workspace, posix.join(path, name));
      const id = name.replace(/\.[^.]+$/, '');
      const isProgram = !name.endsWith('.sql');
      return { id, name: id, path: posix.join(path, name), file, script: isProgram ? '' : upOf(file), isProgram };
    });
    return { tool: 'node-pg-migrate', migrations, findings: [] };
  },
};

/** The part that leads up, where it stands: the rest is spaces, so that every place is that of the file. */
function upOf(file: string): string {
  const [up, down] = [marker.exec(file)?.index ?? 0, downMarker.exec(file)?.index ?? file.length];
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  if (down < up) return blank(file.slice(0, up)) + file.slice(up);
  return blank(file.slice(0, up)) + file.slice(up, down) + blank(file.slice(down));
}
