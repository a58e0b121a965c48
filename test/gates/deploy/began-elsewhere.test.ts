import { afterEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf, fastClock } from '../../platforms/support.ts';
import { commits, image, recordOf, startWorld, type World } from './world.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));
const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];

/** What Vercel does with a push where it deploys by itself. */
async function push(commit: string): Promise<void> {
  const meta = { githubCommitSha: commit, githubCommitRef: 'main' };
  const request = { project: 'web', commit, ref: 'main', target: 'production', source: 'git' } as const;
  world.vercel.project('web').deploy({ ...request, autoAssignCustomDomains: true, meta });
  await until(() => world.vercel.project('web').live?.request.commit === commit);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5));
}

describe('a release that Vercel made live before the gate began', () => {
  test('has a way back in its record, and a rollback takes it', async () => {
    world = await startWorld();
    const before = world.vercel.project('web').live?.id;
    await push(commits.good);

    const released = await world.deploy(commits.good);

    expect(released.verdict).toBe('passed');
    expect(codes(released)).toContain('deploy/live-before-gate');
    const { web } = recordOf(released).services;
    expect(web).toMatchObject({ before: { id: before, commit: commits.old }, after: { commit: commits.good } });
    const report = await world.rollback({ record: recordOf(released) });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('is on GitHub even if nothing had to be changed, so a rollback by hand undoes it', async () => {
    world = await startWorld();
    await push(commits.good);
    const released = await world.deploy(commits.good, { services: ['web'] });
    expect(released.headline).toBe('Nothing was changed: this release is live already.');
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success']);
    expect(resultOf(await world.rollback())).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('is never passed if nothing is known to go back to', async () => {
    world = await startWorld();
    await push(commits.good);
    const project = world.vercel.project('web');
    project.deployments.splice(0, 1);
    const released = await world.deploy(commits.good, { services: ['web'] });
    expect(codes(released)).toContain('deploy/previous-version-unknown');
    expect(recordOf(released).services.web?.before).toBeUndefined();
    const report = await world.rollback({ record: recordOf(released) });
    expect(resultOf(report)).toEqual(['error', 'no-target']);
    expect(codes(report)).toContain('rollback/no-target');
  });

  test('goes back even if an earlier version of the suite recorded it as its own "before"', async () => {
    world = await startWorld();
    await push(commits.good);
    const record = recordOf(await world.deploy(commits.good, { services: ['web'] }));
    const { after } = record.services.web ?? {};
    const older = { ...record, services: { web: { platform: 'vercel', ...(after && { before: after, after }) } } };
    expect(resultOf(await world.rollback({ record: older }))).toEqual(['passed', 'verified']);
    expect((await world.versions()).web).toBe('old');
  });
});

describe('another run of a release', () => {
  test('makes no second record, and keeps the way back of the first run', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const again = await world.deploy(commits.good);
    expect(codes(again)).toEqual([]);
    expect(world.github.deployments.all).toHaveLength(1);
    expect(recordOf(again).services).toMatchObject({
      api: { before: { commit: commits.old } },
      web: { before: { commit: commits.old } },
    });
  });

  test('keeps the way back of a first run that crashed', async () => {
    world = await startWorld({ machines: 1 });
    await world.deploy(commits.crashing);
    const again = await world.deploy(commits.crashing);
    expect(recordOf(again).services.api?.before).toMatchObject({ commit: commits.old });
    expect(recordOf(again).services.api?.before?.id).toContain(image(commits.old));
    expect(resultOf(await world.rollback({ record: recordOf(again) }))).toEqual(['passed', 'verified']);
    expect((await world.versions()).api).toBe('old');
  });

  test('keeps the way back although another release came and went in between', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const record = recordOf(await world.deploy(commits.better));
    await world.rollback({ record });
    const again = await world.deploy(commits.good);
    expect(again.headline).toBe('Nothing was changed: this release is live already.');
    expect(recordOf(again).services.web?.before?.commit).toBe(commits.old);
  });
});

describe('an outage while Vercel builds', () => {
  const isRead = /^GET .*\/v13\/deployments\//;

  test('is waited out', async () => {
    world = await startWorld();
    const goOn = world.vercel.hold();
    const running = world.deploy(commits.good, {
      onLog: text => {
        if (!text.includes('is QUEUED')) return;
        world.vercel.fail({ on: isRead, answer: { status: 503, body: { error: { message: 'down' } } }, times: 20 });
        goOn();
      },
    });
    expect((await running).verdict).toBe('passed');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('that does not end leaves a service that may have changed, and says so', async () => {
    world = await startWorld();
    const goOn = world.vercel.hold();
    const report = await world.deploy(commits.good, {
      context: { clock: fastClock(2000) },
      onLog: text => {
        if (!text.includes('is QUEUED')) return;
        world.vercel.fail({ on: /./, answer: { status: 503, body: { error: { message: 'down' } } }, times: 9999 });
      },
    });
    goOn();
    expect(report.verdict).toBe('error');
    expect(report.outputs.changed).toBe('["api","web"]');
    expect(recordOf(report).services.web).toMatchObject({ before: { commit: commits.old }, state: 'unknown' });
    expect(recordOf(report).services.web?.after).toBeUndefined();
    expect(codes(report)).toContain('deploy/unknown-state');
    expect(report.headline).toContain('not verified: web');
  });
});
