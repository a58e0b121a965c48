import { afterEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf } from '../../platforms/support.ts';
import { commits, recordOf, startWorld, type World } from './world.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));
const inRun = (id: number) => ({ variables: { GITHUB_RUN_ID: `${id}` } });

describe('an older commit', () => {
  test('does not overwrite a newer release, and changes nothing', async () => {
    world = await startWorld();
    await world.deploy(commits.better, inRun(43));
    const changes = world.changes();

    const report = await world.deploy(commits.good, inRun(44));

    expect(report).toMatchObject({ verdict: 'error', headline: 'Nothing was changed.' });
    expect(listFindings(report)).toMatchObject([
      {
        code: 'deploy/older-commit',
        message: expect.stringMatching(/^ccccccc was released by .*\/runs\/43, and bbbbbbb is older/),
      },
    ]);
    expect(world.changes()).toBe(changes);
    expect(await world.versions()).toEqual({ api: 'better', web: 'better' });
  });

  test('is released if someone asks for it', async () => {
    world = await startWorld();
    await world.deploy(commits.better);
    expect((await world.deploy(commits.good, { allowOlder: true })).verdict).toBe('passed');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('is released after the newer release was rolled back, or failed', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.better));
    await world.rollback({ record });
    expect((await world.deploy(commits.good)).verdict).toBe('passed');
    await world.deploy(commits.crashing);
    expect((await world.deploy(commits.better)).verdict).toBe('passed');
  });

  test('is released if the newer one changed other services', async () => {
    world = await startWorld();
    await world.deploy(commits.better, { services: ['web'] });
    expect((await world.deploy(commits.good, { services: ['api'] })).verdict).toBe('passed');
  });
});

describe('a commit of another branch', () => {
  test('is older if its run began earlier, and newer otherwise', async () => {
    world = await startWorld();
    await world.deploy(commits.better, inRun(43));
    const known = world.github.repository.options.commits ?? [];
    known.splice(known.indexOf(commits.good), 1);
    world.github.repository.refs.set('refs/heads/hotfix', commits.good);
    expect(codes(await world.deploy(commits.good, inRun(42)))).toEqual(['deploy/older-commit']);
    expect((await world.deploy(commits.good, inRun(44))).verdict).toBe('passed');
  });
});

test('a history that cannot be read is a warning', async () => {
  world = await startWorld({ permissions: { deployments: 'write', actions: 'read' } });
  await world.deploy(commits.good);
  const report = await world.deploy(commits.better);
  expect([report.verdict, codes(report)]).toEqual(['passed', ['deploy/age-unknown']]);
});
