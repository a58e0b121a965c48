import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The paths of files that only one of two folders has, or that differ. */
export function differencesOfFolders(a: string, b: string): string[] {
  const [inA, inB] = [filesIn(a), filesIn(b)];
  return [...new Set([...inA, ...inB])]
    .filter(
      path => !inA.has(path) || !inB.has(path) || !readFileSync(join(a, path)).equals(readFileSync(join(b, path))),
    )
    .sort();
}

function filesIn(folder: string): Set<string> {
  return new Set(globSync('**/*', { cwd: folder }).filter(path => statSync(join(folder, path)).isFile()));
}
