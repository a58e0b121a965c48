import { afterEach, describe, expect, test } from '@jest/globals';
import { createRecord } from '../../src/core/record.ts';
import { type GateReport, listFindings } from '../../src/core/report.ts';
import { createGitHub } from '../../src/github/api.ts';
import { createReleases } from '../../src/github/deployments.ts';
import { commits, startWorld, type World } from '../gates/deploy/world.ts';
import { codesOf, fastClock } from '../platforms/support.ts';
import { testContext } from '../support/context.ts';
import type { Fault } from '../support/emulators/faults.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));

/** Begins a release to production in another run, and leaves it open. */
async function otherRelease(run: string, commit = commits.better) {
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: world.github.apiUrl, GITHUB_RUN_ID: run };
  const github = createGitHub(testContext({ variables }), 'not-a-real-github-token');
  return createReleases(github).open(createRecord('production', commit));
}

describe('a second release of an environment', () => {
  test('stops with the run that holds it, and changes nothing', async () => {
    world = await startWorld();
    await otherRelease('77');
    world.github.runs.statuses.set('77', 'in_progress');

    const report = await world.deploy(commits.good);

    expect(report).toMatchObject({ verdict: 'error', headline: 'Nothing was changed.' });
    expect(codes(report)).toEqual(['deploy/locked']);
    expect(listFindings(report)[0]?.message).toMatch(/the commit ccccccc.*acme\/shop\/actions\/runs\/77/);
    expect(world.changes()).toBe(0);
    expect(world.github.deployments.all).toHaveLength(1);
  });

  test('waits for the first to end, and only then looks up what is live', async () => {
    world = await startWorld();
    const first = await otherRelease('77');
    world.github.runs.statuses.set('77', 'in_progress');
    const onLog = (text: string) => text.startsWith('Waiting') && void first.succeeded('');
    const report = await world.deploy(commits.good, { lockTimeout: 600_000, onLog });
    expect(report.verdict).toBe('passed');
    expect(report.logged.join(' ')).toContain('Waiting for another release to end: the commit ccccccc');
  });

  test('gives up if the first does not end in time', async () => {
    world = await startWorld();
    await otherRelease('77');
    world.github.runs.statuses.set('77', 'in_progress');
    expect(codes(await world.deploy(commits.good, { lockTimeout: 60_000 }))).toEqual(['deploy/locked']);
  });

  test('gives way to one that began at the same moment', async () => {
    world = await startWorld();
    world.github.runs.statuses.set('77', 'in_progress');
    const first = await otherRelease('77');
    // It is not in the list yet when this one looks for the first time.
    world.github.fail({ on: /^GET .*\/deployments\?/, answer: { status: 200, body: [] as unknown[] } });
    const onLog = (text: string) => text.startsWith('Waiting') && void first.succeeded('');

    const report = await world.deploy(commits.good, { lockTimeout: 600_000, onLog });

    expect(report.verdict).toBe('passed');
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual([
      'success',
      'inactive',
      'success',
    ]);
  });

  test.each([
    ['whose run has ended', 'completed', 0],
    ['of this very run', undefined, 0],
    ['without an update for hours, whose run cannot be read', undefined, 3 * 3_600_000],
  ])('does not wait for one %s', async (what, status, age) => {
    world = await startWorld();
    await otherRelease(what.includes('this very') ? '42' : '77');
    if (status) world.github.runs.statuses.set('77', status);
    const [held] = world.github.deployments.all[0]?.statuses ?? [];
    if (held) held.createdAt = new Date(Date.now() - age).toISOString();
    expect((await world.deploy(commits.good)).verdict).toBe('passed');
  });

  test('waits for a recent one whose run cannot be read', async () => {
    world = await startWorld({ permissions: { deployments: 'write' } });
    await otherRelease('77');
    expect(codes(await world.deploy(commits.good))).toEqual(['deploy/locked']);
  });

  test('does not wait for one of another environment, or for a deployment that is not a release', async () => {
    world = await startWorld();
    await otherRelease('77');
    world.github.runs.statuses.set('77', 'in_progress');
    const [other] = world.github.deployments.all;
    if (other === undefined) throw new TypeError('it was opened');
    world.github.deployments.all.push({ ...other, id: 9001, payload: {}, description: 'of a job' });
    other.environment = 'staging';
    expect((await world.deploy(commits.good)).verdict).toBe('passed');
  });

  test('does not begin if GitHub does not answer, since nothing would keep others away', async () => {
    world = await startWorld();
    world.github.fail({ times: Number.POSITIVE_INFINITY, answer: { status: 502, html: '<html>' } });
    await expect(world.deploy(commits.good, { services: ['api'] })).rejects.toMatchObject({
      findings: [{ code: 'deploy/lock-unusable' }],
    });
    expect(world.changes()).toBe(0);
  });

  test('does not begin if others might not see it, and leaves no lock behind', async () => {
    world = await startWorld();
    world.github.fail({ on: /^POST .*\/statuses/, answer: { status: 502, html: '<html>' } });
    await expect(world.deploy(commits.good, { services: ['api'] })).rejects.toMatchObject({
      findings: [{ code: 'deploy/lock-unusable' }],
    });
    expect(world.changes()).toBe(0);
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['failure']);
    expect((await world.deploy(commits.good, { services: ['api'] })).verdict).toBe('passed');
  });

  test('is not undone by a rollback of the previous one', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    await otherRelease('77');
    world.github.runs.statuses.set('77', 'in_progress');
    const report = await world.rollback();
    expect([report.verdict, report.outputs.result]).toEqual(['error', 'refused']);
    expect(codes(report)).toEqual(['rollback/release-under-way']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('waits for an hour with a fifth of the requests that GitHub allows in it', async () => {
    world = await startWorld();
    for (let number = 0; number < 9; number++) await (await otherRelease(String(60 + number))).succeeded('');
    await otherRelease('77');
    world.github.runs.statuses.set('77', 'in_progress');
    const before = world.github.requests.length;
    const report = await world.deploy(commits.good, { lockTimeout: 3_600_000, context: { clock: fastClock(10_000) } });
    expect(codes(report)).toEqual(['deploy/locked']);
    expect(world.github.requests.length - before).toBeLessThan(200);
    expect(world.changes()).toBe(0);
  });

  test.each([
    ['its limit is used up', { status: 403, body: { message: 'API rate limit exceeded.' }, headers: usedUp(3000) }],
    ['an outage', { status: 502, html: '<html>' }],
  ] as [string, Fault['answer']][])('waits on while GitHub tells nothing of the first: %s', async (_, answer) => {
    world = await startWorld();
    await otherRelease('77');
    world.github.runs.statuses.set('77', 'in_progress');
    const onLog = (text: string) =>
      text.startsWith('Waiting') && world.github.fail({ times: Number.POSITIVE_INFINITY, answer });
    const report = await world.deploy(commits.good, { lockTimeout: 120_000, onLog });
    expect(codes(report)).toContain('deploy/locked');
    expect(world.changes()).toBe(0);
  });
});

/** The headers of a rate limit that resets after so many seconds. */
function usedUp(seconds: number): Record<string, string> {
  return {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + seconds),
  };
}
