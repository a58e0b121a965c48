import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { getErrorCode } from './errors.ts';

/**
 * The real path of a file or folder named from a folder, with every link followed; undefined if it lies outside the
 * folder. For a path that does not exist yet, its nearest existing folder decides. A link that leads nowhere counts as
 * outside, since a write could end up anywhere. Throws as `realpath` does for a path that cannot be followed, such as a
 * cycle of links.
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

/** Whether the path itself exists, even as a link that leads nowhere. */
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
