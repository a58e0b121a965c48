import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differencesOfFolders } from './compare-folders.ts';

/** Runs every check of the project and closes with the counts of what really ran. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'release-gates-test-'));
const counts = { passed: 0, failed: 0, skipped: 0 };
const only = process.argv.slice(2);

function check(name: string, isGood: () => boolean): void {
  process.stdout.write(`\n── ${name}\n`);
  const good = isGood();
  counts[good ? 'passed' : 'failed']++;
  if (!good) process.stdout.write(`${name}: failed\n`);
}

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** The committed dist is what the sources build, from this folder and from any other. */
function distIsCurrent(): boolean {
  const built = join(scratch, 'dist');
  const elsewhere = spawnSync(process.execPath, [join(root, 'script/build.ts'), built], {
    cwd: scratch,
    stdio: 'inherit',
  });
  const differences = differencesOfFolders(join(root, 'dist'), built);
  for (const path of differences)
    process.stdout.write(`dist/${path} is not what the sources build: run script/build and commit it.\n`);
  return elsewhere.status === 0 && differences.length === 0;
}

function jest(): void {
  process.stdout.write('\n── tests\n');
  const results = join(scratch, 'jest.json');
  const program = join(root, 'node_modules/jest/bin/jest.js');
  // Jest would leave a core idle; most tests wait for processes of their own.
  const jestOptions = ['--maxWorkers=100%', '--json', `--outputFile=${results}`, ...only];
  const options = ['--no-warnings', '--experimental-vm-modules', program, ...jestOptions];
  const { status } = spawnSync(process.execPath, options, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const summary: {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numRuntimeErrorTestSuites: number;
  } = JSON.parse(readFileSync(results, 'utf8'));
  counts.passed += summary.numPassedTests;
  counts.failed += summary.numFailedTests + summary.numRuntimeErrorTestSuites;
  counts.skipped += summary.numPendingTests;
  if (status !== 0 && counts.failed === 0) counts.failed++; // Jest itself broke down
}

if (only.length === 0) {
  check('format and lint', () => run('node_modules/.bin/biome', 'ci', '--colors=off', '.'));
  check('types', () => run('node_modules/.bin/tsc'));
  check('generated files', () => run(process.execPath, 'script/generate.ts', '--check'));
  check('dist', distIsCurrent);
}
jest();
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
