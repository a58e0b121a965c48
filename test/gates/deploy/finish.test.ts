import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ReleaseRecord } from '../../../src/core/record.ts';
import { type BuiltResult, runGate } from '../../support/run-built.ts';
import { commits, configuration, recordOf, startWorld, type World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.stop());

const states = () => world.github.deployments.all.map(({ statuses }) => statuses.map(({ state }) => state).join(' '));
const latest = () => world.github.deployments.all.at(-1)?.statuses.at(-1);

/** The built deploy as a step of a job, with what the runner does at the end of the job. */
function runDeploy(inputs: Record<string, string>): Promise<BuiltResult> {
  return runGate('deploy', {
    config: configuration(world.fly, world.vercel),
    stepEnv: world.step,
    github: { repository: 'acme/shop', apiUrl: world.github.apiUrl, sha: commits.good },
    with: { environment: 'production', 'github-token': world.step['INPUT_GITHUB-TOKEN'] ?? '', ...inputs },
  });
}

/** A release of this run that is live and not verified yet, with what the gates after the deploy said. */
async function leaveLive(...gates: ReleaseRecord['gates']): Promise<Record<string, string>> {
  const variables = { GITHUB_RUN_ID: '1' };
  const record = recordOf(await world.deploy(commits.good, { isLastStep: false, variables }));
  return { phase: 'finish', record: JSON.stringify({ ...record, gates }) };
}

const at = new Date().toISOString();
const probe = (verdict: 'passed' | 'error') => ({
  gate: 'probe',
  verdict,
  startedAt: at,
  finishedAt: at,
  checks: 1,
  findings: [],
});

describe('a release', () => {
  test('is a success at the end of its job', async () => {
    const { conclusion, posts } = await runDeploy({});
    expect(conclusion).toBe('success');
    expect(posts.map(post => post.conclusion)).toEqual(['success']);
    expect(states()).toEqual(['in_progress success']);
    expect(latest()?.environmentUrl).toBe(world.vercel.domain('app.example.com').url);
  });

  test('is not one at the end of its job if a later job ends it', async () => {
    await runDeploy({ finish: 'later' });
    expect(states()).toEqual(['in_progress']);
  });

  test('is a success by the step that ends it', async () => {
    const { outputs } = await runDeploy(await leaveLive(probe('passed')));
    expect(outputs.verdict).toBe('passed');
    expect(states()).toEqual(['in_progress success']);
  });

  test('is not one if a gate did not pass', async () => {
    const { outputs, findings } = await runDeploy(await leaveLive(probe('error')));
    expect(outputs.verdict).toBe('error');
    expect(findings).toMatchObject([{ code: 'deploy/not-verified' }]);
    expect(latest()).toMatchObject({ state: 'failure', description: 'not verified: probe says error' });
  });

  test('is a success once a rerun has verified what the run before left', async () => {
    const variables = { GITHUB_RUN_ID: '7' };
    const record = recordOf(await world.deploy(commits.good, { isLastStep: false, variables }));
    await world.rollback({ record, cancelled: 'keep' });
    await runDeploy({});
    expect(states()).toEqual(['in_progress failure success']);
  });

  test('is refused if `finish` is misspelt, before anything is changed', async () => {
    const { findings } = await runDeploy({ finish: 'never' });
    expect(findings).toMatchObject([{ code: 'config/invalid-input', message: 'The input `finish` is "never".' }]);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });
});
