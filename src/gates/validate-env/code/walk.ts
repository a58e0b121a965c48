import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { formatError, GateError, getErrorCode } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { resolveInCheckout } from '../in-checkout.ts';

export const missingFolder: FindingKind = {
  code: 'env/missing-folder',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A folder or file under `sources` does not exist, so the gate could not search it.',
  cause: 'The path is wrong, or the build that creates it has not run yet.',
  help: 'Correct the path, or run the step that creates it before this gate.',
};

export const nothingSearched: FindingKind = {
  code: 'env/nothing-searched',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The folders under `sources` exist but contain no files that the gate can search.',
  cause:
    'The build wrote nothing or to another folder, the folder belongs to another service, or the gate does not read its language.',
  help: 'Correct the path under `sources`, run the step that fills it before this gate, or remove the path.',
};

export interface File {
  /** From the root of the repository, with slashes. */
  path: string;
  text: string;
}

export interface Walk {
  workspace: string;
  paths: string[];
  /** Names of folders to skip. */
  skip: ReadonlySet<string>;
  /** By the name of the file. */
  wanted(name: string): boolean;
  /** Bytes; larger files are skipped. */
  largest: number;
  signal: AbortSignal;
}

/**
 * The files below the paths, one folder after the other. Reading synchronously is several times faster for many small
 * files; other work gets its turn between folders. Links below a path are not followed, and the path itself must lead
 * into the checkout, so nothing outside is read. Throws a GateError for a path that does not exist.
 */
export async function* walkFiles(walk: Walk): AsyncGenerator<File> {
  for (const path of walk.paths) {
    await resolveInCheckout(walk.workspace, path);
    yield* walkBelow(resolve(walk.workspace, path), path, walk);
  }
}

async function* walkBelow(start: string, path: string, walk: Walk): AsyncGenerator<File> {
  if (!isFolder(start, path)) {
    yield* readAll([start], walk);
    return;
  }
  const folders = [start];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    await setImmediate();
    walk.signal.throwIfAborted();
    const files: string[] = [];
    for (const entry of listEntries(folder)) {
      if (entry.isDirectory() && !walk.skip.has(entry.name)) folders.push(join(folder, entry.name));
      else if (entry.isFile() && walk.wanted(entry.name)) files.push(join(folder, entry.name));
    }
    yield* readAll(files, walk);
  }
}

function* readAll(files: string[], { workspace, largest }: Walk): Generator<File> {
  for (const file of files) {
    if (largest < Number.POSITIVE_INFINITY && statSync(file).size > largest) continue;
    yield { path: relative(workspace, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') };
  }
}

/** For a search that matched no files, which would otherwise look like a clean result. */
export function nothingFoundIn(paths: string[], kind: string): GateError {
  const message = `${paths.join(', ')} contains no ${kind}, so nothing was searched.`;
  return new GateError([found(nothingSearched, { message })]);
}

function isFolder(file: string, path: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch (error) {
    const why = getErrorCode(error) === 'ENOENT' ? 'it does not exist in the checkout' : formatError(error);
    throw new GateError([found(missingFolder, { message: `${path} could not be searched: ${why}.` })]);
  }
}

function listEntries(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true });
}

export function getExtension(name: string): string {
  return extname(name).slice(1);
}
