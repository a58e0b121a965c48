import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { getErrorCode } from './errors.ts';

/**
 * The real path of a file or folder that is named from a folder, with every link on the way followed; undefined where
 * it lies outside of the folder. What is not there yet is judged by the nearest folder that is. A link that leads
 * nowhere counts as outside: what would be written there cannot be known. Throws as `realpath` does for a path that
 * cannot be followed, such as a circle of links.
 */
export async function resolveWithin(folder: string, path: string): Promise<string | undefined> {
  const [root, file] = await Promise.all([findRealPath(folder), findRealPath(resolve(folder, path))]);
  if (root === undefined || file === undefined) return undefined;
  const way = relative(root, file);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : file;
}

async function findRealPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  if (await isThere(path)) return undefined;
  const parent = await findRealPath(dirname(path));
  return parent === undefined ? undefined : join(parent, basename(path));
}

/** Of itself, not of what it may link to. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = getErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
