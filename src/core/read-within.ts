import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatError, getErrorCode } from './errors.ts';
import { resolveWithin } from './path-within.ts';

/** Why a file is not read, as the end of a sentence. */
export class NotReadable extends Error {
  readonly size: number | undefined;

  constructor(reason: string, size?: number) {
    super(reason);
    this.name = 'NotReadable';
    this.size = size;
  }
}

/**
 * Reads a file of the checkout. A pull request may name any file of the runner, or bring a link to one, and a gate
 * quotes from what it reads: a path that leads out of the folder is refused. Throws a NotReadable with the reason.
 */
export async function readWithin(folder: string, path: string, largest = Number.POSITIVE_INFINITY): Promise<Buffer> {
  try {
    const { size } = await stat(resolve(folder, path)); // tells a link that leads nowhere apart from one that leads out
    const file = await resolveWithin(folder, path);
    if (file === undefined) throw new NotReadable('it is outside the checkout');
    if (size > largest) throw new NotReadable(`it has ${size} bytes, but the gate reads at most ${largest}`, size);
    return await readFile(file);
  } catch (error) {
    if (error instanceof NotReadable) throw error;
    throw new NotReadable(explainReading(error));
  }
}

/** Why a file or folder of the checkout cannot be read. */
export function explainReading(error: unknown): string {
  const code = getErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file in the checkout';
  if (code === 'EISDIR') return 'it is a folder';
  return formatError(error);
}
