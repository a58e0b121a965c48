import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { type GitHubEmulator, startGitHub } from './support/emulators/github/index.ts';
import { startVercel, type VercelEmulator } from './support/emulators/vercel/index.ts';
import { sampleBuild } from './support/sample-build.ts';
import { runWorkflow, type WorkflowResult } from './support/workflow/index.ts';

const suite = fileURLToPath(new URL('..', import.meta.url));
const example = join(suite, 'workflows-examples/minimal');
const [before, good, bad] = ['a', 'b', 'c'].map(digit => digit.repeat(40)) as [string, string, string];
const repository = 'acme/my-shop';

let folder: string;
let vercel: VercelEmulator;
let github: GitHubEmulator;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'composite-'));
  github = await startGitHub({ repository, token: 'github-token-of-the-emulator' });
  vercel = await startVercel({
    token: 'vercel-token-of-the-emulator',
    projects: {
      'my-shop': {
        live: before,
        domains: ['shop.example.com'],
        reachable: true,
        builds: {
          [before]: sampleBuild('<title>before</title>'),
          [good]: sampleBuild('<title>good</title>'),
          [bad]: sampleBuild('no title at all'),
        },
      },
    },
  });
});

afterEach(async () => {
  await Promise.all([vercel?.stop(), github?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

interface More {
  configuration?: string;
  /** Of the service. */
  strategy?: string;
  /** A further one of the service. */
  probe?: string;
  with?: string;
  /** Instead of this one. */
  suite?: string;
}

/** Runs the example's workflow on this machine, with more in its configuration or its step where a test needs it. */
async function release(commit: string, more: More = {}): Promise<WorkflowResult> {
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  const configuration = await readFile(join(example, 'release-gates.yml'), 'utf8');
  const { url } = vercel.domain('shop.example.com');
  const here = configuration
    .replace('https://shop.example.com', `"${url}", domain: shop.example.com, strategy: ${more.strategy ?? 'direct'}`)
    .replace('{ get: / }', `{ get: /, for: 500ms }${more.probe ?? ''}`); // half a minute of watching is for the tests of probe
  await writeFile(join(folder, '.github/release-gates.yml'), `${here}${more.configuration ?? ''}`);
  await cp(join(example, 'release.yml'), join(folder, '.github/workflows/release.yml'));
  if (more.with) {
    const workflow = await readFile(join(example, 'release.yml'), 'utf8');
    const changed = workflow.replace(
      /environment: production\n {10}(gates: .*)\n/,
      (_, gates) => `environment: production\n          ${withGates(more.with ?? '', gates)}\n`,
    );
    await writeFile(join(folder, '.github/workflows/release.yml'), changed);
  }
  return runHere('release.yml', commit, more.suite);
}

function runHere(workflow: string, commit: string, from = suite): Promise<WorkflowResult> {
  return runWorkflow({
    workflow: `.github/workflows/${workflow}`,
    consumer: folder,
    suite: from,
    event: { name: 'push' },
    secrets: { VERCEL_TOKEN: 'vercel-token-of-the-emulator' },
    env: { VERCEL_API_URL: vercel.apiUrl },
    grant: github.grant,
    github: { repository, sha: commit, apiUrl: github.apiUrl, token: 'github-token-of-the-emulator' },
  });
}

function withGates(more: string, gates: string): string {
  return more.startsWith('gates:') ? more : `${gates}\n          ${more}`;
}

async function liveVersion(): Promise<string> {
  return (await fetch(`${vercel.domain('shop.example.com').url}/version`)).text();
}

/** The step that uses the root action. */
function releaseStep({ jobs, log }: WorkflowResult) {
  const step = jobs.release?.steps.find(({ name }) => name === 'Release, verify, and go back if it is bad');
  if (!step) throw new Error(`the root action did not run:\n${log}`);
  return step;
}

describe('the root action', () => {
  test('releases, verifies, and leaves a good release where it is', async () => {
    const result = await release(good);
    expect(result.conclusion).toBe('success');
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'passed', 'rollback-result': 'not-run' });
    expect(await liveVersion()).toBe('<title>good</title>');
  }, 60_000);

  test('goes back when a gate after the deploy says failed', async () => {
    const result = await release(bad);
    expect(result.conclusion).toBe('failure');
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'failed', 'rollback-result': 'verified' });
    expect(releaseStep(result).summary).toMatch(/^## ↩️ production: rolled-back\n/);
    expect(releaseStep(result).summary.match(/^## /gm)).toHaveLength(1);
    expect(await liveVersion()).toBe('<title>before</title>');
  }, 60_000);

  test('does not go back when a gate after the deploy says error', async () => {
    const configuration = '    elsewhere:\n      - get: https://no-such-host.invalid/\n';
    const result = await release(good, { configuration });
    expect(result.conclusion).toBe('failure');
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'error', 'rollback-result': 'not-run' });
    expect(await liveVersion()).toBe('<title>good</title>');
  }, 60_000);

  test.each([
    ['uses what nothing has captured', '    orders:\n      - get: /orders/${order}\n'],
    ['needs a variable that the step does not have', '    orders:\n      - { get: /orders, bearer: "${TOKEN}" }\n'],
  ])(
    'changes nothing when the smoke test %s',
    async (_what, configuration) => {
      const result = await release(good, { configuration });
      expect(result.conclusion).toBe('failure');
      expect(releaseStep(result).outputs).toMatchObject({ verdict: 'error', 'rollback-result': 'not-run' });
      expect(await liveVersion()).toBe('<title>before</title>');
    },
    60_000,
  );

  test('does not go back with `rollback: no`, whatever blanks are around it', async () => {
    const result = await release(bad, { with: 'rollback: " No\\r\\n"' });
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'failed', 'rollback-result': 'not-run' });
    expect(await liveVersion()).toBe('no title at all');
  }, 60_000);

  test('does not go back when the deploy could not be made', async () => {
    vercel.fail({ on: /v4\/aliases/, times: Number.POSITIVE_INFINITY, answer: { status: 401 } });
    const result = await release(good);
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'error', 'rollback-result': 'not-run' });
    expect(await liveVersion()).toBe('<title>before</title>');
  }, 60_000);

  test.each([
    ['an unknown gate', 'gates: deploy, probe, smoke-tests', /smoke-tests.*Did you mean "smoke-test"/],
    ['no gate', 'gates: " , "', /names no gate/],
    ['a rollback that is neither true nor false', 'rollback: nope', /rollback.*true or false/],
    ['an incident that is neither true nor false', 'incident-issue: nope', /incident-issue.*true or false/],
    ['a watch without a unit', 'watch-for: 15', /watch-for.*duration/],
  ])(
    'does nothing when its inputs name %s',
    async (_what, wrong, said) => {
      const result = await release(good, { with: wrong });
      expect(result.conclusion).toBe('failure');
      expect(releaseStep(result).outputs).toMatchObject({ verdict: 'error', 'rollback-result': 'not-run' });
      expect(releaseStep(result).annotations[0]?.message).toMatch(said);
      expect(await liveVersion()).toBe('<title>before</title>');
    },
    60_000,
  );

  test('has not passed when a gate died before its verdict', async () => {
    const broken = join(folder, 'suite');
    for (const part of ['action.yml', 'actions', 'dist']) {
      await cp(join(suite, part), join(broken, part), { recursive: true });
    }
    await writeFile(join(broken, 'dist/probe.mjs'), 'process.exit(137);');
    const result = await release(good, { suite: broken });
    expect(result.conclusion).toBe('failure');
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'error', 'rollback-result': 'not-run' });
  }, 60_000);

  test('makes no more annotations than the runner keeps for one step', async () => {
    const flows = Array.from(
      { length: 30 },
      (_, index) => `    flow-${index}:\n      - get: /health\n        expect: { text: nothing }\n`,
    );
    const result = await release(bad, { configuration: flows.join('') });
    expect(releaseStep(result).dropped).toBe(0);
    expect(
      releaseStep(result)
        .annotations.map(({ message }) => message)
        .join('\n'),
    ).toMatch(/\d+ more/);
  }, 60_000);
});

describe('a rollback by hand', () => {
  test('undoes the newest release on GitHub, whatever a gate before it in the job left', async () => {
    await release(good);
    const workflow = {
      on: ['push'],
      jobs: {
        rollback: {
          'runs-on': 'ubuntu-latest',
          permissions: { deployments: 'write' },
          env: { VERCEL_TOKEN: '${{ secrets.VERCEL_TOKEN }}' },
          steps: [
            'actions/checkout@v7',
            ...['probe', 'rollback'].map(gate => `OWNER/release-gates/actions/${gate}@v1`),
          ].map(uses => (uses.startsWith('OWNER') ? { uses, with: { environment: 'production' } } : { uses })),
        },
      },
    };
    await writeFile(join(folder, '.github/workflows/rollback.yml'), stringify(workflow));
    const { jobs, log } = await runHere('rollback.yml', good);
    const [probe, rollback] = (jobs.rollback?.steps ?? []).slice(-2);
    expect(probe?.outputs.verdict).toBe('passed');
    expect([rollback?.outputs.result, log]).toEqual(['verified', expect.anything()]);
    expect(await liveVersion()).toBe('<title>before</title>');
  }, 60_000);
});

describe('the root action with a service that is staged first', () => {
  const strategy = 'stage-then-promote';

  function promotions(): number {
    return vercel.requests.filter(({ method, path }) => method === 'POST' && path.includes('/promote/')).length;
  }

  function rollbacks(): number {
    return vercel.requests.filter(({ method, path }) => method === 'POST' && path.includes('/rollback/')).length;
  }

  test('promotes it after the smoke test and probes it where users meet it', async () => {
    const result = await release(good, { strategy });
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'passed', 'rollback-result': 'not-run' });
    expect(await liveVersion()).toBe('<title>good</title>');
    expect(promotions()).toBe(1);
    const record = JSON.parse(releaseStep(result).outputs.record ?? '{}');
    expect(record.gates.map(({ gate, verdict }: { gate: string; verdict: string }) => `${gate} ${verdict}`)).toEqual([
      'deploy passed',
      'probe passed',
      'smoke-test passed',
      'deploy passed',
      'probe passed',
    ]);
    expect(record.services.web).toMatchObject({ before: { commit: before }, after: { commit: good } });
    expect(record.services.web.staged).toBeUndefined();
    expect(github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success']);
  }, 60_000);

  test('promotes nothing when the smoke test fails', async () => {
    const result = await release(bad, { strategy });
    expect(result.conclusion).toBe('failure');
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'failed', 'rollback-result': 'not-needed' });
    expect([promotions(), rollbacks()]).toEqual([0, 0]);
    expect(await liveVersion()).toBe('<title>before</title>');
    expect(github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['failure']);
  }, 60_000);

  test('rolls back when the promotion fails, and finds the old version live', async () => {
    vercel.project('my-shop').failNextAliasJob('failed');
    const result = await release(good, { strategy });
    expect(result.conclusion).toBe('failure');
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'failed', 'rollback-result': 'not-needed' });
    expect(promotions()).toBe(1);
    expect(await liveVersion()).toBe('<title>before</title>');
  }, 60_000);

  test('rolls back when it is bad only where users meet it', async () => {
    const { url } = vercel.domain('shop.example.com');
    const onlyThere = `\n    there: { get: "${url}/version", expect: { text: before }, for: 0s, deadline: 2s }`;
    const result = await release(good, { strategy, probe: onlyThere });
    expect(releaseStep(result).outputs).toMatchObject({ verdict: 'failed', 'rollback-result': 'verified' });
    expect([promotions(), rollbacks()]).toEqual([1, 1]);
    expect(await liveVersion()).toBe('<title>before</title>');
  }, 60_000);
});
