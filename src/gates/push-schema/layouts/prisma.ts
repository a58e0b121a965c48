import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';
import type { Layout } from './layout.ts';
import { readEach, readScript } from './script.ts';

export const missingScript: FindingKind = {
  code: 'schema/missing-script',
  severity: 'error',
  boundary: 'data',
  meaning: 'A migration has a folder and no script, so `prisma migrate deploy` would stop at it (P3015).',
  cause: 'A script that was deleted or never committed, or a folder that is no migration.',
  help: 'Commit its migration.sql, or delete the folder if it was never applied.',
};

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
export const prismaLayout: Layout = {
  fits: entries =>
    entries.some(entry => entry.name === lockFile) ||
    entries.some(entry => entry.isDirectory() && existsSync(join(entry.parentPath, entry.name, 'migration.sql'))),

  isMigration: file => /^[^/]+\/migration\.sql$/.test(file),

  read: async (entries, { workspace, path }) => {
    const folders = entries.filter(entry => entry.isDirectory());
    const [empty, full] = [
      folders.filter(folder => !existsSync(join(folder.parentPath, folder.name, 'migration.sql'))),
      folders.filter(folder => existsSync(join(folder.parentPath, folder.name, 'migration.sql'))),
    ];
    const findings = empty.map(({ name }) =>
      found(missingScript, {
        message: `The migration ${name} has no migration.sql.`,
        place: { path: posix.join(path, name) },
      }),
    );
    if (entries.some(entry => entry.name === lockFile)) {
      findings.push(...providerFindings(await readScript(workspace, posix.join(path, lockFile)), path));
    }
    const migrations = await readEach(full, async ({ name }): Promise<Migration> => {
      const script = posix.join(path, name, 'migration.sql');
      const file = await readScript(workspace, script);
      return { id: name, name, path: script, file, script: file };
    });
    return { tool: 'prisma', migrations, findings };
  },
};

function providerFindings(lock: string, folder: string): Finding[] {
  const provider = /^provider\s*=\s*"([^"]*)"/m.exec(lock)?.[1];
  if (provider === undefined || provider === 'postgresql') return [];
  const path = posix.join(folder, lockFile);
  return [found(wrongProvider, { message: `The migrations in ${folder} are for ${provider}.`, place: { path } })];
}
