import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, gates } from '../script/bundle.ts';
import { archiveSize } from './archive-size.ts';
import { compare, type Program } from './paired.ts';
import { countRounds } from './size.ts';
import { createStaticRun } from './static-runs.ts';

/** Prints, as Markdown, how long each built gate takes compared with a Node.js that does nothing, and what a runner downloads. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pairs = countRounds(20, 20);
const dist = mkdtempSync(join(tmpdir(), 'bench-dist-'));
const run = createStaticRun();

try {
  await bundle(dist);
  print(
    `Node ${process.version}, ${process.platform} ${process.arch}; medians of ${pairs} pairs, whole processes.`,
    '',
  );
  print('| gate | what it does | `node -e 0` | gate | ratio |', '| --- | --- | ---: | ---: | ---: |');
  for (const gate of gates()) {
    const { baseline, subject, ratio } = compare(bareNode(), builtGate(gate), pairs);
    print(`| ${gate} | ${whatItDoes(gate)} | ${ms(baseline)} | ${ms(subject)} | ${ratio.toFixed(2)} |`);
  }
  const size = archiveSize(root);
  if (size !== undefined) print('', `A runner downloads ${Math.round(size / 1000)} kB (\`git archive HEAD | gzip\`).`);
} finally {
  run.remove();
  rmSync(dist, { recursive: true, force: true });
}

function bareNode(): Program {
  return { args: ['-e', '0'], env: { PATH: process.env.PATH ?? '' }, cwd: run.workspace, exitCode: 0 };
}

function builtGate(gate: string): Program {
  const exitCode = gate === 'validate-env' ? 0 : 1;
  return { args: [join(dist, `${gate}.mjs`)], env: run.environmentOf(gate), cwd: run.workspace, exitCode };
}

function whatItDoes(gate: string): string {
  return gate === 'validate-env' ? 'judges ten variables' : 'finds no configuration file';
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
