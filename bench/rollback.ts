import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../script/bundle.ts';
import { parseRecord, type ReleaseRecord } from '../src/core/record.ts';
import { type GitHubEmulator, startGitHub } from '../test/support/emulators/github/index.ts';
import { type FourPlatforms, startFourPlatforms } from '../test/support/four-platforms.ts';
import { lightBuild } from '../test/support/sample-build.ts';
import { median } from './paired.ts';
import { countRounds, quick } from './size.ts';

/**
 * Prints, as Markdown, the time from the verdict that a release is bad to a verified recovery: four services, each on
 * another platform, whose emulators add no delay. For comparison, a script that does the same by hand and cannot know
 * whether it worked.
 */
const runs = countRounds(5, 5);
/** Seconds that the script by hand waits for the platforms. */
const wait = quick ? '1' : '30';
const byHand = join(dirname(fileURLToPath(import.meta.url)), 'rollback-by-hand.sh');
const commits = { old: 'a'.repeat(40), bad: 'b'.repeat(40) };
const token = 'ghs_not-a-real-token';
const folder = mkdtempSync(join(tmpdir(), 'bench-rollback-'));
const dist = join(folder, 'dist');
const workspace = join(folder, 'workspace');

const platforms = await startFourPlatforms({
  builds: { [commits.old]: lightBuild('old'), [commits.bad]: lightBuild('bad') },
  live: commits.old,
  more: 'probe: { web: { up: { get: /version, consecutive: 2 } }, worker: { up: { get: /health } } }',
});
const github = await startGitHub({ repository: 'acme/shop', token, commits: Object.values(commits) });
try {
  await bundle(dist);
  mkdirSync(join(workspace, '.github'), { recursive: true });
  writeFileSync(join(workspace, '.github/release-gates.yml'), platforms.configuration);

  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const record = await release();
    const started = performance.now();
    const outputs = await runGate('rollback', { INPUT_RECORD: JSON.stringify(record), INPUT_TARGET: 'previous' });
    if (run > 0) times.push(performance.now() - started); // the first one warms the disk
    if (outputs.result !== 'verified') throw new Error(`The rollback was ${outputs.result}.`);
    await expectEverywhere('old');
  }
  const record = await release();
  const started = performance.now();
  await runByHand(record);
  const taken = performance.now() - started;
  await expectEverywhere('old');

  print(
    `Four services on four platforms; emulators without delay; median of ${times.length} whole processes.`,
    '',
    '| | from the verdict to a recovery | what is known then |',
    '| --- | ---: | --- |',
    `| rollback | ${seconds(median(times))} (slowest ${seconds(Math.max(...times))}) | the right version is live on each, and probed |`,
    `| a shell script with \`sleep ${wait}\` | ${seconds(taken)} | four services answer, in some version |`,
  );
} finally {
  await Promise.all([platforms.stop(), github.stop()]);
  rmSync(folder, { recursive: true, force: true });
}

/** Deploys the bad version, and returns the record that the gates after it would have. */
async function release(): Promise<ReleaseRecord> {
  const { record: text } = await runGate('deploy', {});
  const record = parseRecord(text);
  if (record === undefined) throw new Error('The deploy left no record.');
  await expectEverywhere('bad');
  return record;
}

/** Runs a built gate as the runner does, and returns its outputs. */
async function runGate(gate: string, env: Record<string, string>): Promise<Record<string, string>> {
  const output = join(folder, 'output');
  writeFileSync(output, '');
  const child = spawn(process.execPath, [join(dist, `${gate}.mjs`)], {
    env: { ...environment(platforms, github), GITHUB_OUTPUT: output, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    log += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${gate} ended with ${code}:\n${log}`);
  const written = readFileSync(output, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...written].map(([, name = '', , value = '']) => [name, value]));
}

function environment({ variables }: FourPlatforms, { apiUrl }: GitHubEmulator): Record<string, string> {
  return {
    ...variables,
    PATH: process.env.PATH ?? '',
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_API_URL: apiUrl,
    INPUT_CONFIG: '.github/release-gates.yml',
    INPUT_COMMIT: commits.bad,
    'INPUT_GITHUB-TOKEN': token,
    'INPUT_INCIDENT-ISSUE': 'true',
  };
}

async function runByHand({ services }: ReleaseRecord): Promise<void> {
  const before = Object.entries(services).map(([name, noted]) => [
    `${name.toUpperCase()}_BEFORE`,
    noted.before?.id ?? '',
  ]);
  const urls = Object.entries(platforms.urls).map(([name, url]) => [`${name.toUpperCase()}_URL`, url]);
  const env = {
    ...platforms.variables,
    PATH: process.env.PATH ?? '',
    WAIT: wait,
    ...Object.fromEntries([...before, ...urls]),
  };
  const child = spawn(byHand, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The script ended with ${code}.`);
}

async function expectEverywhere(version: string): Promise<void> {
  const versions = await platforms.versions();
  if (Object.values(versions).every(live => live === version)) return;
  throw new Error(`${version} was expected everywhere, not ${JSON.stringify(versions)}.`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
