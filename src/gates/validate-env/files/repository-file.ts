import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getErrorCode } from '../../../core/errors.ts';
import { resolveInCheckout } from '../in-checkout.ts';

/** A text file of the repository. */
export interface RepositoryFile {
  /** From the root of the repository. */
  path: string;
  lines: string[];
}

/** Undefined when the file does not exist. Throws a GateError when it is outside the checkout. */
export async function readIfPresent(workspace: string, ...parts: string[]): Promise<RepositoryFile | undefined> {
  const path = join(...parts).replaceAll('\\', '/');
  const file = await resolveInCheckout(workspace, path);
  try {
    const text = await readFile(file, 'utf8');
    return { path, lines: text.split(/\r\n|\r|\n/) };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(getErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}
