import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubEmulator, startGitHub } from './support/emulators/github/index.ts';
import { startVercel, type VercelEmulator } from './support/emulators/vercel/index.ts';
import { lightBuild } from './support/sample-build.ts';
import { runWorkflow, type WorkflowResult } from './support/workflow/index.ts';

/** How many random moments to cancel at; the tests of every day cancel at two that matter. */
const moments = Number(process.env.CANCELLED_RELEASES ?? 0);

const suite = fileURLToPath(new URL('..', import.meta.url));
const example = join(suite, 'workflows-examples/minimal');
const [before, good, bad] = ['a', 'b', 'c'].map(digit => digit.repeat(40)) as [string, string, string];
const versions = { [before]: '<title>before</title>', [good]: '<title>good</title>', [bad]: 'no title at all' };
const repository = 'acme/my-shop';

let folder: string;
let vercel: VercelEmulator;
let github: GitHubEmulator;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cancelled-releases-'));
  github = await startGitHub({ repository, token: 'github-token-of-the-emulator' });
  const builds = Object.fromEntries(Object.entries(versions).map(([commit, text]) => [commit, lightBuild(text)]));
  vercel = await startVercel({
    token: 'vercel-token-of-the-emulator',
    projects: { 'my-shop': { live: before, domains: ['shop.example.com'], reachable: true, builds } },
  });
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  const configuration = await readFile(join(example, 'release-gates.yml'), 'utf8');
  const here = configuration
    .replace('https://shop.example.com', `"${vercel.domain('shop.example.com').url}", domain: shop.example.com`)
    .replace('{ get: / }', '{ get: /, for: 200ms }');
  await writeFile(join(folder, '.github/release-gates.yml'), here);
  await cp(join(example, 'release.yml'), join(folder, '.github/workflows/release.yml'));
});

afterEach(async () => {
  await Promise.all([vercel?.stop(), github?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** Runs the example's workflow; `isMoment` says at which printed line someone cancels it, and `wait` how long after it. */
function release(
  commit: string,
  runId: string,
  isMoment: (line: string) => boolean,
  wait = 0,
): Promise<WorkflowResult> {
  const controller = new AbortController();
  return runWorkflow({
    workflow: '.github/workflows/release.yml',
    consumer: folder,
    suite,
    event: { name: 'push' },
    secrets: { VERCEL_TOKEN: 'vercel-token-of-the-emulator' },
    env: { VERCEL_API_URL: vercel.apiUrl },
    grant: github.grant,
    github: { repository, sha: commit, runId, apiUrl: github.apiUrl, token: 'github-token-of-the-emulator' },
    signal: controller.signal,
    print: line => {
      if (isMoment(line)) setTimeout(() => controller.abort(), wait);
    },
  });
}

const never = () => false;

/** What users meet, what the newest deployment says, and how many incidents are open. */
async function look() {
  await sleep(100); // what is still on its way would arrive
  const { url } = vercel.domain('shop.example.com');
  const meets = await (await fetch(`${url}/version`)).text();
  return {
    commit: Object.entries(versions).find(([, text]) => text === meets)?.[0],
    state: github.deployments.all.at(-1)?.statuses.at(-1)?.state,
    incidents: github.issues.all.length,
  };
}

function outputsOf({ jobs }: WorkflowResult): Record<string, string> {
  return jobs.release?.steps.at(-1)?.outputs ?? {};
}

function rootOutputs(result: WorkflowResult): Record<string, string> {
  const step = result.jobs.release?.steps.find(({ name }) => name.startsWith('Release, verify'));
  return step?.outputs ?? outputsOf(result);
}

describe('a run that is cancelled', () => {
  test('while a good release is verified goes back, and a rerun completes it', async () => {
    const result = await release(good, '1', line => line.includes('probe: passed'));
    expect(result.conclusion).toBe('cancelled');
    expect(rootOutputs(result)).toMatchObject({ verdict: 'error', 'rollback-result': 'verified' });
    expect(await look()).toEqual({ commit: before, state: 'failure', incidents: 1 });

    const again = await release(good, '2', never);
    expect(rootOutputs(again)).toMatchObject({ verdict: 'passed', 'rollback-result': 'not-run' });
    expect(await look()).toEqual({ commit: good, state: 'success', incidents: 1 });
  }, 120_000);

  test('while a bad release goes back lets it go on', async () => {
    const result = await release(bad, '1', line => line.includes('moves the domains back'));
    expect(result.conclusion).toBe('cancelled');
    expect(rootOutputs(result)).toMatchObject({ verdict: 'failed', 'rollback-result': 'verified' });
    expect(await look()).toEqual({ commit: before, state: 'failure', incidents: 1 });
  }, 120_000);
});

const title = 'at a random moment leaves a story that everything tells';
if (moments === 0) test.skip(`${title}: runs with CANCELLED_RELEASES=30`, () => {});
else
  test.each(Array.from({ length: moments }, (_, seed) => seed))(
    `${title}: seed %i`,
    async seed => {
      const commit = seed % 2 === 0 ? good : bad;
      const { line: at, wait } = pickMoment(seed);
      let lines = 0;
      const result = await release(commit, '1', () => ++lines === at, wait);
      const outputs = rootOutputs(result);
      const now = await look();
      const told = { seed, at, lines, verdict: outputs.verdict, rollback: outputs['rollback-result'], ...now };
      if (process.env.SHOW) process.stderr.write(`${JSON.stringify(told)}\n`);
      if (now.commit === commit) expect({ ...told, log: result.log }).toMatchObject({ state: 'success', incidents: 0 });
      else expect({ ...told, log: result.log }).toMatchObject({ commit: before, state: expectedState(told) });
      if (told.rollback === 'verified') expect(told).toMatchObject({ state: 'failure', incidents: 1 });
      else expect(told).toMatchObject({ incidents: 0 });

      const again = await release(commit, '2', never);
      expect(rootOutputs(again).verdict).toBe(commit === good ? 'passed' : 'failed');
      const afterwards = await look();
      expect({ ...afterwards, told, log: again.log }).toMatchObject(
        commit === good ? { commit: good, state: 'success' } : { commit: before, state: 'failure' },
      );
    },
    180_000,
  );

/** Users meet the version before: either nothing was recorded, or the record says that it is not a success. */
function expectedState({ state }: { state: string | undefined }): string | undefined {
  return state === undefined ? undefined : 'failure';
}

/** A line of the log, over all of a release, and milliseconds after it. */
function pickMoment(seed: number): { line: number; wait: number } {
  const mixed = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return { line: 2 + (mixed % 40), wait: (mixed >>> 8) % 400 };
}
