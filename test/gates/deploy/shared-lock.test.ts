import { afterEach, describe, expect, test } from '@jest/globals';
import { createRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { createGitHub } from '../../../src/github/api.ts';
import { createLock } from '../../../src/github/lock.ts';
import { codesOf, findingsOf as rejectedWith } from '../../platforms/support.ts';
import { testContext } from '../../support/context.ts';
import type { GitHubOptions } from '../../support/emulators/github/index.ts';
import { commits, configuration, recordOf, startWorld, type World } from './world.ts';

let world: World;

afterEach(() => world.stop());

const shared = 'acme/platform';
const codes = (report: GateReport) => codesOf(listFindings(report));

/** A repository with the lock, and another one that releases to the same environment. */
function start(lock: Partial<NonNullable<GitHubOptions['others']>[number]> = {}): Promise<World> {
  return startWorld({ others: [{ repository: shared, ...lock }, { repository: 'acme/billing' }] });
}

const run = (lock = shared) => ({
  configuration: configuration(world.fly, world.vercel, `release: { lock-repository: ${lock} }`),
});

/** The lock as a run of acme/billing has it. */
function lockOf(id: string) {
  const variables = { GITHUB_REPOSITORY: 'acme/billing', GITHUB_API_URL: world.github.apiUrl, GITHUB_RUN_ID: id };
  return createLock(createGitHub(testContext({ variables }), 'not-a-real-github-token', shared), shared, 'production');
}

async function heldByBilling(status = 'in_progress') {
  const lock = lockOf('77');
  await lock.take(createRecord('production', commits.better));
  world.github.other('acme/billing').runs.statuses.set('77', status);
  return lock;
}

function states(): string[] {
  return world.github.other(shared).deployments.all.map(({ statuses }) => statuses.map(({ state }) => state).join(' '));
}

describe('a lock that repositories share', () => {
  test('is held during the release, from the default branch there; the record stays in its own repository', async () => {
    world = await start({ commits: ['9'.repeat(40)] });
    const report = await world.deploy(commits.good, run());
    expect(report.verdict).toBe('passed');
    expect(world.github.other(shared).deployments.all).toMatchObject([
      { ref: 'main', environment: 'production', task: 'release-lock', production: false },
    ]);
    expect(states()).toEqual(['in_progress inactive']);
    expect(world.github.deployments.all).toMatchObject([{ sha: commits.good, statuses: [{}, { state: 'success' }] }]);
  });

  test('stops a release while another repository releases, and names its run', async () => {
    world = await start();
    await heldByBilling();
    const report = await world.deploy(commits.good, run());
    expect(report).toMatchObject({ verdict: 'error', headline: 'Nothing was changed.' });
    expect(codes(report)).toEqual(['deploy/locked']);
    expect(listFindings(report)[0]?.message).toMatch(/the commit ccccccc.*acme\/billing\/actions\/runs\/77/);
    expect(world.changes()).toBe(0);
    expect(world.github.deployments.all).toEqual([]);
  });

  test('makes the next release wait', async () => {
    world = await start();
    const other = await heldByBilling();
    const onLog = (text: string) => text.startsWith('Waiting') && void other.free();
    const report = await world.deploy(commits.good, { ...run(), lockTimeout: 600_000, onLog });
    expect(report.verdict).toBe('passed');
    expect(states()).toEqual(['in_progress inactive', 'in_progress inactive']);
  });

  test('goes to the first release if two begin at the same moment', async () => {
    world = await start();
    const other = await heldByBilling();
    // It is not in the list yet when this one looks for the first time.
    world.github.fail({ on: /^GET .*\/platform\/deployments\?/, answer: { status: 200, body: [] as unknown[] } });
    const onLog = (text: string) => text.startsWith('Waiting') && void other.free();
    const report = await world.deploy(commits.good, { ...run(), lockTimeout: 600_000, onLog });
    expect(report.verdict).toBe('passed');
    expect(states()).toEqual(['in_progress inactive', 'in_progress inactive', 'in_progress inactive']);
    expect(world.github.deployments.all).toHaveLength(1);
  });

  test('counts as soon as it is created, before it has a status', async () => {
    world = await start();
    await heldByBilling();
    world.github.other(shared).deployments.all[0]?.statuses.splice(0);
    expect(codes(await world.deploy(commits.good, run()))).toEqual(['deploy/locked']);
  });

  test.each([
    ['of a run of the other repository that has ended', 'completed', 0],
    ['without an update for hours, of a run that cannot be read', undefined, 3 * 3_600_000],
  ])('holds nothing if it is stale: one %s', async (_what, status, age) => {
    world = await start();
    await heldByBilling();
    const { runs } = world.github.other('acme/billing');
    if (status) runs.statuses.set('77', status);
    else runs.statuses.clear();
    const [held] = world.github.other(shared).deployments.all[0]?.statuses ?? [];
    if (held) held.createdAt = new Date(Date.now() - age).toISOString();
    expect((await world.deploy(commits.good, run())).verdict).toBe('passed');
  });

  test('is free again after a failed release', async () => {
    world = await start();
    const report = await world.deploy(commits.crashing, run());
    expect(report.verdict).toBe('failed');
    expect(states()).toEqual(['in_progress inactive']);
  });

  test('is held from the stage to the promotion', async () => {
    world = await start();
    const { configuration: text } = run();
    const staging = text.replace('platform: vercel,', 'platform: vercel, strategy: stage-then-promote,');
    const staged = await world.deploy(commits.good, { configuration: staging, phase: 'stage' });
    expect(states()).toEqual(['in_progress']);
    const record = recordOf(staged);
    expect((await world.deploy(commits.good, { configuration: staging, phase: 'promote', record })).verdict).toBe(
      'passed',
    );
    expect(states()).toEqual(['in_progress inactive']);
  });

  test('causes only a warning if it cannot be released', async () => {
    world = await start();
    const onLog = (text: string) => {
      if (!text.startsWith('api: ')) return;
      world.github.fail({
        on: /^POST .*\/platform\/deployments\/\d+\/statuses/,
        answer: { status: 502, html: '<html>' },
      });
    };
    const report = await world.deploy(commits.good, { ...run(), onLog });
    expect([report.verdict, ...codes(report)]).toEqual(['passed', 'deploy/lock-not-released']);
  });
});

describe('a lock that cannot be used stops the release before anything is changed', () => {
  test.each([
    ['is not known', 'acme/plattform', {}, /acme\/plattform \(404\)/],
    ['may not be read', shared, { permissions: {} }, /acme\/platform \(403\)/],
    ['may not be written', shared, { permissions: { deployments: 'read' as const } }, /a lock of production.*\(403\)/],
  ])('if its repository %s', async (_what, lock, options, seen) => {
    world = await start(options);
    const findings = await rejectedWith(world.deploy(commits.good, run(lock)));
    expect(findings).toMatchObject([{ code: 'deploy/lock-unusable', message: expect.stringMatching(seen) }]);
    expect(findings[0]?.help).toContain('github-token');
    expect(world.changes()).toBe(0);
    expect(world.github.deployments.all).toEqual([]);
  });

  test('if its repository has no commit', async () => {
    world = await start();
    world.github.fail({
      on: /^POST .*\/platform\/deployments$/,
      answer: { status: 422, body: { message: 'No ref found for: main' } },
    });
    const findings = await rejectedWith(world.deploy(commits.good, run()));
    expect(findings).toMatchObject([
      { code: 'deploy/lock-unusable', message: expect.stringContaining('No ref found for: main') },
    ]);
    expect(world.changes()).toBe(0);
  });

  test('if GitHub does not answer', async () => {
    world = await start();
    world.github.fail({ on: /\/platform\//, times: Number.POSITIVE_INFINITY, answer: { status: 502, html: '<html>' } });
    expect(codesOf(await rejectedWith(world.deploy(commits.good, run())))).toEqual(['deploy/lock-unusable']);
    expect(world.changes()).toBe(0);
  });

  test('if it does not name a repository', async () => {
    world = await start();
    const findings = await rejectedWith(world.deploy(commits.good, run('platform')));
    expect(findings).toMatchObject([
      { code: 'config/invalid-value', message: expect.stringContaining('lock-repository'), place: { line: 7 } },
    ]);
  });
});

describe('a rollback of an environment that repositories share', () => {
  const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];

  test('by hand does not start while another repository releases, and names its run', async () => {
    world = await start();
    await world.deploy(commits.good, run());
    await heldByBilling();
    const report = await world.rollback(run());
    expect(resultOf(report)).toEqual(['error', 'refused']);
    expect(codes(report)).toEqual(['rollback/release-under-way']);
    expect(listFindings(report)[0]?.message).toMatch(/the commit ccccccc.*acme\/billing\/actions\/runs\/77/);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('by hand goes ahead once the other release has ended', async () => {
    world = await start();
    await world.deploy(commits.good, run());
    await (await heldByBilling()).free();
    expect(resultOf(await world.rollback(run()))).toEqual(['passed', 'verified']);
  });

  test.each([
    ['with the record of its release', async () => ({ record: recordOf(await world.deploy(commits.good, run())) })],
    [
      'to what is named',
      async () => {
        await world.deploy(commits.good, run());
        return { target: String(world.github.deployments.all[0]?.id) };
      },
    ],
  ])('%s starts anyway', async (_what, known) => {
    world = await start();
    const which = await known();
    await heldByBilling();
    expect(resultOf(await world.rollback({ ...run(), ...which }))).toEqual(['passed', 'verified']);
  });

  test.each([
    ['may not be read', { permissions: {} }],
    ['does not answer', {}],
  ])('goes ahead with a warning if the lock %s', async (what, options) => {
    world = await start(options);
    await world.deploy(commits.good); // without the lock
    const outage = { on: /\/platform\//, times: Number.POSITIVE_INFINITY, answer: { status: 502, html: '<html>' } };
    if (what.includes('answer')) world.github.fail(outage);
    const report = await world.rollback(run());
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(listFindings(report)).toContainEqual(
      expect.objectContaining({
        code: 'rollback/lock-unknown',
        severity: 'warning',
        message: expect.stringMatching(/^The lock of the environment could not be read: /),
      }),
    );
  });
});
