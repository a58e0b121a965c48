import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf } from '../../../core/errors.ts';

/** A file of the repository that may be there or not. */
export interface RepositoryFile {
  /** From the root of the repository. */
  path: string;
  lines: string[];
}

/** Undefined where there is no such file. */
export async function readIfThere(workspace: string, ...parts: string[]): Promise<RepositoryFile | undefined> {
  const path = join(...parts).replaceAll('\\', '/');
  try {
    const text = await readFile(resolve(workspace, path), 'utf8');
    return { path, lines: text.split(/\r\n|\r|\n/) };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
