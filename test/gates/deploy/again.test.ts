import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { parseForce } from '../../../src/gates/deploy/force.ts';
import { commits, everywhere, type FourWorld, startFourWorld } from '../rollback/four-world.ts';
import { recordOf } from './world.ts';

let world: FourWorld;

beforeEach(async () => {
  world = await startFourWorld();
});

afterEach(() => world.stop());

/** What serves each service, told apart also where the commit is the same. */
function serving(): Record<string, string | undefined> {
  return {
    api: world.fly.app('api').machines[0]?.instanceId,
    billing: world.render.service('srv-billing').live?.id,
    worker: world.railway.service('worker').live?.id,
    web: world.vercel.project('web').live?.id,
  };
}

const codes = (report: GateReport) => listFindings(report).map(({ code }) => code);

describe('release again', () => {
  test('replaces what runs on every platform, and a rollback goes back to the commit before', async () => {
    await world.release(commits.good);
    const first = serving();

    const again = await world.release(commits.good, { again: ['api', 'billing', 'worker', 'web'] });

    expect([again.verdict, again.headline]).toEqual(['passed', 'Deployed api, billing, worker, web.']);
    const second = serving();
    for (const name of Object.keys(first)) expect([name, second[name] === first[name]]).toEqual([name, false]);
    expect(await world.versions()).toEqual(everywhere('good'));
    expect((await world.goBack(recordOf(again))).outputs.result).toBe('verified');
    expect(await world.versions()).toEqual(everywhere('old'));
  });

  test('is for the named services only, and without it nothing changes', async () => {
    await world.release(commits.good);
    const first = serving();
    const named = await world.release(commits.good, { again: ['billing'] });
    expect(named.headline).toBe('Deployed billing. Live already: api, worker, web.');
    const second = serving();
    expect(second).toEqual({ ...first, billing: second.billing });
    expect(second.billing).not.toBe(first.billing);
    expect((await world.release(commits.good)).headline).toContain('live already');
    expect(serving()).toEqual(second);
  });

  test('is asked for where variables changed since', async () => {
    await world.release(commits.good);
    world.fly.app('api').stage('API_KEY', 'rotated');
    world.vercel.project('web').options.env = [{ key: 'PUBLIC_KEY', value: 'rotated', updatedAt: Date.now() + 1000 }];
    const report = await world.release(commits.good);
    expect(report.verdict).toBe('passed');
    const told = listFindings(report).filter(({ code }) => code === 'deploy/variables-changed');
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^api .*: API_KEY\.$/),
      expect.stringMatching(/^web .*: PUBLIC_KEY\.$/),
    ]);
    expect(codes(await world.release(commits.good, { services: ['api'], again: ['api'] }))).not.toContain(
      'deploy/variables-changed',
    );
  });
});

describe('a dry run of a deploy', () => {
  const changing = () =>
    [world.fly, world.render, world.railway, world.vercel]
      .flatMap(({ requests }) => requests)
      .filter(({ method }) => !['GET', 'HEAD'].includes(method))
      .filter(({ body }) => !/"query":"query/.test(JSON.stringify(body ?? ''))).length;

  test('says what would be released where, in which order, and changes nothing', async () => {
    await world.release(commits.good, { services: ['billing'] });
    const [before, deployments] = [changing(), world.github.deployments.all.length];
    const report = await world.release(commits.good, { dryRun: true });
    expect([report.verdict, report.isDryRun, report.headline]).toEqual([
      'passed',
      true,
      'Dry run, nothing was changed. Would deploy api, worker (after api), web (after api and worker). Live already: billing.',
    ]);
    expect([changing(), world.github.deployments.all.length]).toEqual([before, deployments]);
    expect(await world.versions()).toEqual({ ...everywhere('old'), billing: 'good' });
  });

  test('names the obstacles', async () => {
    world.render.service('srv-billing').options.suspended = true;
    const report = await world.release(commits.good, { dryRun: true });
    expect(report.verdict).toBe('error');
    expect(report.headline).toContain('The release would not begin.');
    expect(codes(report)).toContain('platform/suspended');
  });
});

test.each([
  ['true', ['api', 'web']],
  ['false', []],
  ['', []],
  ['web', ['web']],
])('the input `force: %s`', (text, expected) => {
  expect(parseForce(text, [{ name: 'api' }, { name: 'web' }])).toEqual(expected);
});

test('the input `force` with an unknown service is refused', () => {
  expect(() => parseForce('wep', [{ name: 'web' }])).toThrow('"wep"');
});
