import { afterEach, describe, expect, test } from '@jest/globals';
import { runGate } from '../../support/run-built.ts';
import { commits, configuration, recordOf, startWorld, type World } from '../deploy/world.ts';

let world: World;

afterEach(() => world.stop());

const runRollback = async (inputs: Record<string, string>) =>
  runGate('rollback', {
    config: configuration(world.fly, world.vercel),
    stepEnv: world.step,
    github: { repository: 'acme/shop', apiUrl: world.github.apiUrl },
    with: {
      environment: 'production',
      'github-token': world.step['INPUT_GITHUB-TOKEN'] ?? '',
      record: JSON.stringify(recordOf(await world.deploy(commits.good))),
      ...inputs,
    },
  });

describe('a built rollback goes back', () => {
  test.each([
    [{ 'incident-issue': 'no' }, [], 0],
    [{ 'hold-auto-deploys': 'Yes', 'incident-issue': 'OFF\r\n' }, [], 0],
    [{ 'measure-downtime': 'true', 'allowed-downtime': '5' }, ['allowed-downtime'], 1],
    [{ 'measure-downtime': 'ture', 'hold-auto-deploys': '1' }, ['hold-auto-deploys', 'measure-downtime'], 1],
    [{ 'incident-issue': 'nope' }, ['incident-issue'], 1],
  ])('with %j, and names each input that it ignores', async (inputs, ignored, issues) => {
    world = await startWorld();
    const result = await runRollback(inputs);
    expect(result.outputs).toMatchObject({ verdict: 'passed', result: 'verified' });
    const found = result.findings.filter(({ code }) => code === 'config/input-ignored');
    expect(found.map(({ message }) => /`(.*?)`/.exec(message)?.[1])).toEqual(ignored);
    expect(world.github.issues.all).toHaveLength(issues);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('not at all if `dry-run` cannot be read, since it decides whether anything changes', async () => {
    world = await startWorld();
    const result = await runRollback({ 'dry-run': 'ture' });
    expect(result.findings).toMatchObject([{ code: 'config/invalid-input' }]);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });
});
