import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snapshot } from './snapshots.ts';

/** How many changes of a snapshot are listed: a vendor's new features are many, and seldom ours. */
const mostListed = 20;
const mostPlaces = 5;

export interface Places {
  /** Of the snapshots. */
  folder: string;
  /** Of the checkout. */
  root: string;
  /** Of the vendors' repositories. */
  host: string;
}

/** Fetches a snapshot again and says, as lines, what changed since the one before and which lines of ours name it. */
export function refreshSnapshot(snapshot: Snapshot, { folder, root, host }: Places): string {
  const { file, repository, paths, reduce, list } = snapshot;
  const path = join(folder, file);
  const before = existsSync(path) ? list(readFileSync(path, 'utf8')) : undefined;
  const { texts, version } = fetchFiles(`${host}/${repository}`, paths);
  const text = reduce(texts);
  const head = `${file}: ${repository} ${version}`;
  writeFileSync(path, text);
  if (before === undefined) return `${head}: new`;
  const changes = compare(before, list(text));
  if (changes.length === 0) return `${head}: unchanged`;
  const lines = changes
    .map(change => ({ change, places: findPlaces(change, snapshot, root) }))
    .sort((one, other) => other.places.length - one.places.length)
    .slice(0, mostListed)
    .map(({ change, places }) => `  ${change.what} ${change.name}${change.how}${describePlaces(places)}`);
  return [`${head}: ${changes.length} changes`, ...lines].join('\n');
}

function describePlaces(places: string[]): string {
  return places.length === 0 ? '' : `\n    named in ${places.slice(0, mostPlaces).join(', ')}`;
}

/** The files as they are at the newest commit, and the commit with its date. */
function fetchFiles(address: string, paths: string[]): { texts: string[]; version: string } {
  const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
  try {
    const clone = ['clone', '--quiet', '--bare', '--depth=1', '--filter=blob:none'];
    run([...clone, address, folder]);
    const at = (...args: string[]) => run(['-C', folder, ...args]);
    return {
      texts: paths.map(path => at('show', `HEAD:${path}`)),
      version: at('log', '-1', '--format=%h of %cs').trim(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] });
}

interface Change {
  what: 'added' | 'removed' | 'changed';
  /** Such as `Machine.state`. */
  name: string;
  /** Its type, or both types. */
  how: string;
}

function compare(before: string[], after: string[]): Change[] {
  const [old, now] = [before, after].map(lines => new Map(lines.map(splitFact)));
  const names = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return [...names].flatMap((name): Change[] => {
    const [was, is] = [old?.get(name), now?.get(name)];
    if (was === is) return [];
    if (was === undefined) return [{ what: 'added', name, how: ` (${is})` }];
    if (is === undefined) return [{ what: 'removed', name, how: ` (${was})` }];
    return [{ what: 'changed', name, how: ` (${was} → ${is})` }];
  });
}

function splitFact(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return [line.slice(0, colon), line.slice(colon + 2)];
}

/** The lines of ours that name what was removed or changed, as `path:line`. What is new is named nowhere yet. */
function findPlaces({ what, name }: Change, { reliedOnBy }: Snapshot, root: string): string[] {
  const field = /(\w+)\W*$/.exec(name)?.[1];
  if (what === 'added' || field === undefined) return [];
  const word = new RegExp(`\\b${field}\\b`);
  return reliedOnBy.flatMap(folder =>
    readdirSync(join(root, folder)).flatMap(file => {
      const lines = readFileSync(join(root, folder, file), 'utf8').split('\n');
      return lines.flatMap((line, index) => (word.test(line) ? [`${folder}/${file}:${index + 1}`] : []));
    }),
  );
}
