import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders with files of others. */
const skipped = new Set(['node_modules', 'vendor', 'dist', 'build', 'coverage', 'fixtures', '.git', '.next', '.turbo']);
/** Deep enough for the packages of a monorepo; and the most files that are read. */
const deepest = 4;
const most = 2000;
/** Bytes; a larger file is not written by hand. */
const largest = 512 * 1024;

/** The paths, from the root, of the files that `fits` accepts. */
export async function listFiles(root: string, fits: (path: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (found.length >= most) return;
      if (entry.isFile() && fits(path)) found.push(path);
      const hidden = entry.name.startsWith('.') && entry.name !== '.github';
      if (entry.isDirectory() && depth < deepest && !hidden && !skipped.has(entry.name)) await walk(path, depth + 1);
    }
  };
  await walk('', 0);
  return found.sort();
}

/** The text of a file; empty where it is too large to be written by hand. */
export async function readText(root: string, path: string): Promise<string> {
  const file = join(root, path);
  return (await stat(file)).size > largest ? '' : readFile(file, 'utf8');
}
