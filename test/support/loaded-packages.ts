import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hook = new URL('note-loaded-files.mjs', import.meta.url).href;

export interface LoadedPackages {
  exitCode: number | null;
  output: string;
  /** The npm packages of which code is in the files that were loaded, in order of name. */
  packages: string[];
}

/** Runs a built program and says what it loaded, by esbuild's account of what is in which file. */
export function packagesLoadedBy(program: string, env: Record<string, string>, metafile: Metafile): LoadedPackages {
  const scratch = mkdtempSync(join(tmpdir(), 'loaded-'));
  try {
    const note = join(scratch, 'files');
    const options = { env: { ...env, NOTE_LOADED_FILES: note }, cwd: scratch, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', hook, program], options);
    const files = readFileSync(note, 'utf8')
      .split('\n')
      .filter(url => url.startsWith('file:'))
      .map(url => fileURLToPath(url));
    const packages = new Set(files.flatMap(file => packagesIn(file, metafile)));
    return { exitCode: status, output: stdout + stderr, packages: [...packages].sort() };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function packagesIn(file: string, { outputs }: Metafile): string[] {
  const output = outputs[relative(root, file).split(sep).join('/')];
  if (output === undefined) throw new Error(`${file} was loaded, and was not built`);
  return Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([input]) => /^.*node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)/.exec(input)?.groups?.name ?? []);
}
