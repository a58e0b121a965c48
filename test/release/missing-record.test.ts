import { afterEach, describe, expect, test } from '@jest/globals';
import { commits, configuration, startWorld, type World } from '../gates/deploy/world.ts';
import { runGate } from '../support/run-built.ts';

let world: World;

afterEach(() => world.stop());

/** A later job of a run, without a record: users still meet the old version, which is fine. */
async function runLater(gate: 'probe' | 'smoke-test', more: { strategy: string; runId: string }) {
  const staged = configuration(world.fly, world.vercel).replace(
    'project: web,',
    `project: web, strategy: ${more.strategy},`,
  );
  const checks =
    'probe: { web: { up: { get: /version, for: 0s } } }\nsmoke: { flows: { one: [{ get: "${app}/version" }] } }\n';
  return runGate(gate, {
    config: `${staged}${checks}`,
    github: { repository: 'acme/shop', apiUrl: world.github.apiUrl, sha: commits.good, runId: more.runId },
    with: { environment: 'production', 'github-token': world.step['INPUT_GITHUB-TOKEN'] ?? '' },
  });
}

describe.each(['probe', 'smoke-test'] as const)('%s without the record of a release', gate => {
  test('is refused while its run stages that release', async () => {
    world = await startWorld();
    await world.deploy(commits.good, { isLastStep: false, variables: { GITHUB_RUN_ID: '7' } });
    const { outputs, findings } = await runLater(gate, { strategy: 'stage-then-promote', runId: '7' });
    expect(outputs.verdict).toBe('error');
    expect(findings).toMatchObject([{ code: 'release/record-missing' }]);
  });

  test.each([
    ['another run releases', { strategy: 'stage-then-promote', runId: '8' }],
    ['nothing is staged first', { strategy: 'direct', runId: '7' }],
  ])('judges what users meet where %s', async (_, more) => {
    world = await startWorld();
    await world.deploy(commits.good, { isLastStep: false, variables: { GITHUB_RUN_ID: '7' } });
    expect((await runLater(gate, more)).outputs.verdict).toBe('passed');
  });
});
