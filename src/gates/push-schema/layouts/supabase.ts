import { posix } from 'node:path';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';
import type { Layout } from './layout.ts';
import { readEach, readScript } from './script.ts';

export const skippedFile: FindingKind = {
  code: 'schema/skipped-file',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'A SQL file among the migrations is not one by its name, so neither this gate nor the Supabase CLI applies it.',
  cause: 'A file written by hand, without the version that `supabase migration new` puts first.',
  help: 'Name it <version>_<name>.sql, such as 20260131120000_add_orders.sql, or move it out of the folder.',
};

export const duplicateVersion: FindingKind = {
  code: 'schema/duplicate-version',
  severity: 'error',
  boundary: 'data',
  meaning: 'Two migrations have one version, so the ledger could only ever hold one of them.',
  cause: 'Two branches that each made a migration in the same second, or a file that was copied.',
  help: 'Give the one that is not applied yet a later version.',
};

/** supabase/cli apps/cli-go/pkg/migration/file.go and list.go */
const filePattern = /^([0-9]+)_(.*)\.sql$/;
/** What `supabase migration new` puts first; the CLI takes any number, as a folder that is named its own may have. */
const timestampLength = 14;
const formerInit = /^([0-9]{14})_init\.sql$/;

/** `<version>_<name>.sql`, in the order of the file names. */
export const supabaseLayout: Layout = {
  fits: (entries, { path }) => {
    const versions = entries.flatMap(entry => (entry.isDirectory() ? [] : (filePattern.exec(entry.name)?.[1] ?? [])));
    const isHome = /(^|\/)supabase\/migrations$/.test(path);
    return versions.some(version => isHome || version.length === timestampLength);
  },

  isMigration: file => filePattern.test(file) && !file.includes('/'),

  read: async (entries, { workspace, path }) => {
    const files = entries.filter(entry => !entry.isDirectory() && entry.name.endsWith('.sql')).map(({ name }) => name);
    const isMigration = (file: string) => filePattern.test(file) && !(file === files[0] && isFormerInit(file));
    const migrations = await readEach(files.filter(isMigration), async (file): Promise<Migration> => {
      const script = posix.join(path, file);
      const id = filePattern.exec(file)?.[1] ?? file;
      const text = await readScript(workspace, script);
      return { id, name: file.slice(0, -'.sql'.length), path: script, file: text, script: text };
    });
    const skipped = files.filter(file => !isMigration(file)).map(file => skippedFinding(posix.join(path, file)));
    return { tool: 'supabase', migrations, findings: [...skipped, ...duplicates(migrations)] };
  },
};

/** Made by early versions of the CLI, and left out by all later ones. */
function isFormerInit(file: string): boolean {
  const version = formerInit.exec(file)?.[1];
  return version !== undefined && Number(version) < 20211209000000;
}

function skippedFinding(path: string): Finding {
  return found(skippedFile, { message: `${path} is not applied, for its name.`, place: { path } });
}

function duplicates(migrations: Migration[]): Finding[] {
  return migrations.flatMap((migration, index) => {
    const earlier = migrations.slice(0, index).find(({ id }) => id === migration.id);
    if (!earlier) return [];
    const message = `${migration.path} has the version ${migration.id}, and so has ${earlier.path}.`;
    return [found(duplicateVersion, { message, place: { path: migration.path } })];
  });
}
