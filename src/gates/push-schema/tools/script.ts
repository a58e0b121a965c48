import { type Dirent, existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { readWithin } from '../../../core/read-within.ts';
import type { Migration } from '../migration.ts';
import type { FolderRequest, MigrationFolder } from './tool.ts';

export const unreadableScript: FindingKind = {
  code: 'schema/unreadable-script',
  severity: 'error',
  boundary: 'data',
  meaning: 'The file of a migration cannot be read, or is not text in UTF-8.',
  cause: 'An editor that saved it as UTF-16 or Latin-1, a dangling symbolic link, or a file of Git LFS.',
  help: 'Save the file as UTF-8 and commit it again.',
};

export const missingScript: FindingKind = {
  code: 'schema/missing-script',
  severity: 'error',
  boundary: 'data',
  meaning: 'A migration has no script, so `prisma migrate deploy` would stop at it (P3015).',
  cause: 'A script that was deleted or never committed, or a folder that is not a migration.',
  help: 'Commit its migration.sql, or delete the folder if the migration was never applied.',
};

/** The text of a script, byte for byte. Throws a GateError if it is not text. */
export async function readScript(workspace: string, path: string): Promise<string> {
  try {
    const bytes = await readWithin(workspace, path);
    if (bytes.includes(0)) throw new TypeError('UTF-16, or not text');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8' : formatError(error);
    throw new GateError([
      found(unreadableScript, { message: `${path} could not be read: ${reason}.`, place: { path } }),
    ]);
  }
}

/** Reads `<name>/migration.sql` of each folder; `convert` turns a file into its script. */
export async function readFolders(
  entries: Dirent[],
  { workspace, path }: FolderRequest,
  convert: (file: string) => string = file => file,
): Promise<MigrationFolder> {
  const folders = entries.filter(entry => entry.isDirectory());
  const hasScript = ({ parentPath, name }: Dirent) => existsSync(join(parentPath, name, 'migration.sql'));
  const findings = folders
    .filter(folder => !hasScript(folder))
    .map(({ name }) => {
      const place = { path: posix.join(path, name) };
      return found(missingScript, { message: `The migration ${name} has no migration.sql.`, place });
    });
  const migrations = await readEach(folders.filter(hasScript), async ({ name }): Promise<Migration> => {
    const script = posix.join(path, name, 'migration.sql');
    const file = await readScript(workspace, script);
    return { id: name, name, path: script, file, script: convert(file) };
  });
  return { migrations, findings };
}

/** Reads all items. Throws one GateError that names all that cannot be read. */
export async function readEach<Item, Read>(items: Item[], read: (item: Item) => Promise<Read>): Promise<Read[]> {
  const results = await Promise.allSettled(items.map(read));
  const findings = results.flatMap(result => {
    if (result.status === 'fulfilled') return [];
    if (!(result.reason instanceof GateError)) throw result.reason;
    return result.reason.findings;
  });
  if (findings.length > 0) throw new GateError(findings);
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
}
