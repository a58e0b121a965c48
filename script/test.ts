import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCLI } from 'jest';
import { differencesOfFolders } from './compare-folders.ts';

/** Runs every check of the project, prints what failed, and ends with the counts. Arguments limit it to tests of those paths. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const counts = { passed: 0, failed: 0, skipped: 0 };
const only = process.argv.slice(2);

/** The problems that a check found, as text; empty if it passed. */
type Check = () => string | Promise<string>;

async function check(name: string, findProblems: Check): Promise<void> {
  process.stdout.write(`${name}: `);
  const start = performance.now();
  const problems = await findProblems();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(problems === '' ? `passed in ${seconds} s\n` : `failed in ${seconds} s\n\n${problems}\n`);
  counts[problems === '' ? 'passed' : 'failed']++;
}

/** What a command printed if it failed. */
function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return '';
  return `${stdout}${stderr}${error?.message ?? ''}`.trim() || `${command} ended with ${status}`;
}

/** The same for a command that runs beside others. */
function runBeside(command: string, ...args: string[]): Promise<string> {
  return new Promise(resolve => {
    execFile(command, args, { cwd: root, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
      resolve(error === null ? '' : `${stdout}${stderr}${error.message}`.trim()),
    );
  });
}

/** The committed dist must be what the sources build, from this folder and from any other. */
function compareDist(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'release-gates-test-'));
  try {
    const elsewhere = spawnSync(process.execPath, [join(root, 'script/build.ts'), join(scratch, 'dist')], {
      cwd: scratch,
      encoding: 'utf8',
    });
    if (elsewhere.status !== 0) return elsewhere.stderr;
    return differencesOfFolders(join(root, 'dist'), join(scratch, 'dist'))
      .map(path => `dist/${path} differs from what the sources build: run script/build and commit it.`)
      .join('\n');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function runTests(paths: string[]): Promise<void> {
  process.stdout.write('tests: ');
  const { results } = await runCLI(
    {
      _: paths,
      $0: 'script/test',
      reporters: [join(root, 'script/test-reporter.ts')],
      maxWorkers: availableParallelism() + 1, // most tests wait for processes of their own
    },
    [root],
  );
  counts.passed += results.numPassedTests;
  counts.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
  counts.skipped += results.numPendingTests;
  if (!results.success && counts.failed === 0) counts.failed++; // Jest itself failed, or found no test
}

if (only.length === 0) {
  await check('format and lint', () => run('node_modules/.bin/biome', 'ci', '--colors=off', '.'));
  await check('types', () => run('node_modules/.bin/tsc'));
  await check('prose', () => run('script/prose'));
  await check('generated files', () => run(process.execPath, 'script/generate.ts', '--check'));
  await check('dist', compareDist);
}
// In their quick form the benchmarks measure nothing, so they may run beside the tests.
const benchmarks = only.length === 0 ? runBeside('script/bench', '--quick') : undefined;
await runTests(only);
if (benchmarks) await check('benchmarks', () => benchmarks);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
