import { afterEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { found } from '../../../src/core/finding.ts';
import { cancelled as cancelledKind } from '../../../src/core/gate-findings.ts';
import { createRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf } from '../../platforms/support.ts';
import { commits, configuration, image, recordOf, startWorld, type World } from '../deploy/world.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));
const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];
const rollbacksOnVercel = () => world.vercel.requests.filter(({ path }) => /\/rollback\/dpl_/.test(path)).length;
const updatesOnFly = () =>
  world.fly.requests.filter(({ method, path }) => method === 'POST' && /\/machines\/[0-9a-f]+$/.test(path)).length;

describe('rollback, with the record of the release,', () => {
  test('goes back to what was live, the last service first, and verifies it', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const mark = world.fly.requests.length;

    const report = await world.rollback({ record });

    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(report.headline).toBe('api: rolled back and verified; web: rolled back and verified.');
    const ends = Object.fromEntries(
      report.checks.map(({ name, startedAt, finishedAt }) => [name, { startedAt, finishedAt }]),
    );
    expect(ends.api?.startedAt).toBeGreaterThanOrEqual(ends.web?.finishedAt ?? Number.POSITIVE_INFINITY);
    expect(world.fly.requests.length).toBeGreaterThan(mark);
  });

  test('rejects the record of another environment, and so does a deploy', async () => {
    world = await startWorld();
    const record = { ...recordOf(await world.deploy(commits.good)), environment: 'staging' };
    const changes = world.changes();
    for (const run of [() => world.rollback({ record }), () => world.deploy(commits.better, { record })]) {
      await expect(run()).rejects.toMatchObject({
        findings: [
          { code: 'config/invalid-input', message: expect.stringContaining('to staging, and this step is for') },
        ],
      });
    }
    expect(world.changes()).toBe(changes);
  });

  test('hides a secret in the reason from the platforms', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await world.rollback({ record, reason: `the token ${world.step.VERCEL_TOKEN} was refused` });
    const [asked] = world.vercel.requests.filter(({ path }) => /\/rollback\/dpl_/.test(path));
    expect(asked?.path).toContain('description=the+token+***+was+refused');
  });

  test('records what is live now', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const { services } = recordOf(await world.rollback({ record }));
    expect(services.web?.after).toEqual(record.services.web?.before);
    expect(services.api?.after?.id).toBe(record.services.api?.before?.id);
    expect(services.api?.before).toEqual(record.services.api?.before);
  });

  test('marks the GitHub deployment of the bad release', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await world.rollback({ record, reason: 'orders fail' });
    const [deployment] = world.github.deployments.all;
    expect(deployment?.statuses.at(-1)).toMatchObject({ state: 'failure', description: 'rolled back: orders fail' });
  });

  test('reports that Vercel no longer makes new deployments live, and that Fly.io uses the current secrets', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    expect(codes(await world.rollback({ record }))).toEqual(
      expect.arrayContaining(['platform/auto-assignment-off', 'platform/current-secrets']),
    );
  });

  test('leaves alone a service that the release did not reach', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.unbuildable));

    const report = await world.rollback({ record });

    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(report.headline).toBe('api: rolled back and verified; web: already there.');
    expect(rollbacksOnVercel()).toBe(0);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('brings a crashed release back to life', async () => {
    world = await startWorld({ machines: 1 });
    const record = recordOf(await world.deploy(commits.crashing));
    expect((await world.versions()).api).toBe('503');
    expect(resultOf(await world.rollback({ record }))).toEqual(['passed', 'verified']);
    expect((await world.versions()).api).toBe('old');
  });

  test('has nothing to do if the release changed nothing, even if GitHub knows an earlier one', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const report = await world.rollback({ record: createRecord('production', commits.better) });
    expect(resultOf(report)).toEqual(['passed', 'not-needed']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('does nothing the second time', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await world.rollback({ record });
    const changes = world.changes();
    expect(resultOf(await world.rollback({ record }))).toEqual(['passed', 'not-needed']);
    expect(world.changes()).toBe(changes);
  });

  test('only reports what it would do in a dry run', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const changes = world.changes();
    const report = await world.rollback({ record, dryRun: true });
    expect(resultOf(report)).toEqual(['passed', 'dry-run']);
    expect(report.headline).toMatch(/api would go back to registry.*; web would go back to dpl_/);
    expect(world.changes()).toBe(changes);
    expect(world.github.deployments.all[0]?.statuses.at(-1)?.state).toBe('success');
  });

  test('is partial if one service went back and the platform refused another', async () => {
    world = await startWorld({ machines: 1 });
    const record = recordOf(await world.deploy(commits.good));
    world.fly.fail({ on: /^POST .*\/machines\/\w+$/, answer: { status: 403, body: { error: 'no' } }, times: 9 });
    const report = await world.rollback({ record });
    expect(resultOf(report)).toEqual(['error', 'partial']);
    expect(report.headline).toMatch(/^api: refused, nothing changed \(.*live\); web: rolled back and verified\.$/);
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test('leaves the other services alone if one is chosen', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    await world.rollback({ record, services: ['web'] });
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test('goes back as far as it can, and names the service without a known earlier version', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const { web, api } = record.services;
    if (web === undefined || api === undefined) throw new TypeError('both were released');
    const { before: _before, ...first } = web;
    for (const deployment of world.vercel.project('web').deployments) deployment.promoted = false;

    const report = await world.rollback({ record: { ...record, services: { api, web: first } } });

    expect(resultOf(report)).toEqual(['error', 'no-target']);
    expect(codes(report)).toContain('rollback/no-target');
    expect(await world.versions()).toEqual({ api: 'old', web: 'good' });
  });
});

describe('rollback, before anything changes,', () => {
  test('is refused as a whole if one platform cannot go back', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const { web, api } = record.services;
    if (web === undefined || api === undefined) throw new TypeError('both were released');
    const changes = world.changes();
    const deleted = { ...record, services: { api, web: { ...web, before: { id: 'dpl_deleted' } } } };

    const report = await world.rollback({ record: deleted });

    expect(resultOf(report)).toEqual(['error', 'refused']);
    expect(codes(report)).toEqual(expect.arrayContaining(['rollback/refused', 'platform/not-a-candidate']));
    expect(world.changes()).toBe(changes);
  });

  test.each([
    ['a token that is missing', { VERCEL_TOKEN: '' }, 'config/unset-variable'],
    ['a token that is refused', { FLY_API_TOKEN: 'fm2_another-token' }, 'platform/bad-token'],
  ])('stops at %s', async (_what, variables, code) => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const changes = world.changes();
    const report = await world.rollback({ record, variables });
    expect(resultOf(report)).toEqual(['error', 'failed']);
    expect(codes(report)).toEqual([code, 'rollback/by-hand', 'rollback/by-hand']);
    expect(world.changes()).toBe(changes);
  });
});

describe('rollback, if the record does not help,', () => {
  test('reports a service that the configuration no longer has, and does not call it verified', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const { api } = record.services;
    if (api === undefined) throw new TypeError('it was released');
    const services = { ...record.services, worker: { platform: 'fly', before: { id: 'registry.fly.io/worker:1' } } };

    const report = await world.rollback({ record: { ...record, services } });

    expect(resultOf(report)).toEqual(['error', 'no-target']);
    expect(report.headline).toContain('worker: left as it is');
    expect(codes(report)).toContain('rollback/not-configured');
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('ignores such a service if the release did not change it, or if services are chosen', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const before = { id: 'registry.fly.io/worker:1' };
    const same = { ...record.services, worker: { platform: 'fly', before, after: before } };
    const other = { ...record.services, worker: { platform: 'fly', before } };
    const chosen = await world.rollback({ record: { ...record, services: other }, services: ['web'] });
    expect(resultOf(chosen)).toEqual(['passed', 'verified']);
    expect(resultOf(await world.rollback({ record: { ...record, services: same } }))).toEqual(['passed', 'verified']);
  });

  test('is refused if the name of the target hides a secret', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const { api, web } = record.services;
    if (api?.before === undefined || web === undefined) throw new TypeError('both were released');
    const hidden = { ...record, services: { web, api: { ...api, before: { id: 'registry.fly.io/***:old' } } } };
    const changes = world.changes();
    const report = await world.rollback({ record: hidden });
    expect(resultOf(report)).toEqual(['error', 'refused']);
    expect(codes(report)).toEqual(['rollback/hidden-target', 'rollback/by-hand']);
    expect(world.changes()).toBe(changes);
  });

  test('finds a pruned image before any service goes back', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    world.fly.app('pm-backend').images.prune(image(commits.old));
    const report = await world.rollback({ record });
    expect(resultOf(report)).toEqual(['error', 'refused']);
    expect(codes(report)).toContain('platform/image-gone');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });
});

describe('rollback, if it ends half-way,', () => {
  test('says what each service runs', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    world.fly.app('pm-backend').failPull(record.services.api?.before?.id ?? '');

    const half = await world.rollback({ record });

    expect(resultOf(half)).toEqual(['failed', 'failed']);
    expect(half.headline).toMatch(/^api: not rolled back \(registry.*:b+@.* live\); web: rolled back and verified\.$/);
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
    expect(world.github.deployments.all[0]?.statuses.at(-1)?.description).toBe(
      'rollback failed: the smoke test failed',
    );

    await world.stop();
  });

  test('continues where a cancelled run left it', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const controller = new AbortController();
    const stop = () => controller.abort(new GateError([found(cancelledKind, { message: 'Cancelled.' })]));
    const onResult = ({ name }: { name: string }) => name === 'web' && stop();

    const half = await world.rollback({ record, context: { signal: controller.signal, onResult } });

    expect(resultOf(half)).toEqual(['error', 'failed']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
    expect(resultOf(await world.rollback({ record }))).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(rollbacksOnVercel()).toBe(1);
    expect(updatesOnFly()).toBe(2); // one of the deploy, one of the rollback
  });

  test('changes nothing if a platform is busy', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const body = { error: { code: 'conflict', message: 'in progress' } };
    world.vercel.fail({ on: /\/rollback\/dpl_/, answer: { status: 409, body } });
    const report = await world.rollback({ record });
    expect(report.outputs.result).toBe('failed'); // the api was not even begun
    expect(codes(report)).toContain('platform/domains-busy');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });
});

describe('rollback, during verification,', () => {
  const probing = (probes: string) => ({ configuration: configuration(world.fly, world.vercel, probes) });

  test('expects the commit of the old version from the probes', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const record = recordOf(await world.deploy(commits.better));
    const probes = probing('probe:\n  web:\n    version: { get: "/version?${commit}", expect: { text: good } }\n');
    const report = await world.rollback({ record, ...probes });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(report.checks.map(({ name }) => name)).toContain('web.version');
  });

  test('skips a probe of the commit if that is unknown, and says so', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const { web, api } = record.services;
    if (web?.before === undefined || api === undefined) throw new TypeError('both were released');
    const unknown = { ...record, services: { api, web: { ...web, before: { id: web.before.id } } } };
    const probes = probing(
      'probe:\n  web:\n    version: { get: /version, expect: { text: "${commit}" } }\n    up: { get: /health }\n',
    );
    const report = await world.rollback({ record: unknown, ...probes });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(codes(report)).toContain('rollback/probe-skipped');
    expect(report.checks.map(({ name }) => name)).toContain('web.up');
    expect(report.checks.map(({ name }) => name)).not.toContain('web.version');
  });

  test('asks the other probes of a service whose commit is unknown, even if its image is named by the commit', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const { api } = record.services;
    if (api?.before === undefined) throw new TypeError('it was released');
    const unknown = { ...record, services: { api: { ...api, before: { id: api.before.id } } } };
    const report = await world.rollback({
      record: unknown,
      ...probing('probe:\n  api:\n    up: { get: /health }\n'),
    });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(report.checks.map(({ name }) => name)).toContain('api.up');
  });

  test('is unverified if the old version is not well either', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const probes = probing(
      'probe:\n  web:\n    ready: { get: /version, expect: { text: better }, for: 0s, deadline: 100ms }\n',
    );
    const report = await world.rollback({ record, ...probes });
    expect(resultOf(report)).toEqual(['failed', 'unverified']);
    const left = listFindings(report).filter(({ code }) => code === 'rollback/by-hand');
    expect(left).toMatchObject([{ message: expect.stringMatching(/^web is not certainly on /) }]);
    expect(left[0]?.help).toMatch(/^Run `npx vercel rollback dpl_/);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(world.github.deployments.all[0]?.statuses.at(-1)?.description).toContain('rollback unverified');
  });

  test('goes back even if a probe cannot run, and is then unverified', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const probes = probing('probe:\n  web:\n    ready: { get: /health, headers: { x: "${NOT_SET}" } }\n');
    const report = await world.rollback({ record, ...probes });
    expect(resultOf(report)).toEqual(['inconclusive', 'unverified']);
    expect(codes(report)).toContain('rollback/not-probed');
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });
});

describe('rollback, if it measures downtime,', () => {
  test('reports which version answered, and that no request failed (R10)', async () => {
    world = await startWorld({ machines: 2 });
    const record = recordOf(await world.deploy(commits.good));
    const report = await world.rollback({ record, measuring: { allowed: undefined } });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    const check = report.checks.find(({ name }) => name === 'web downtime');
    expect(check?.detail).toMatch(/^\d+ requests?, 0 failed/);
    expect(report.timeline?.length).toBeGreaterThan(0);
  });
});

describe('rollback, if a response is lost,', () => {
  test.each([
    ['Vercel', /\/rollback\/dpl_/],
    ['Fly.io', /^POST .*\/machines\/[0-9a-f]+$/],
  ])('finds out from %s whether it took effect, and repeats nothing', async (platform, on) => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const emulator = platform === 'Vercel' ? world.vercel : world.fly;
    emulator.fail({ on, answer: 'lose-answer' });
    expect(resultOf(await world.rollback({ record }))).toEqual(['passed', 'verified']);
    expect([rollbacksOnVercel(), updatesOnFly()]).toEqual([1, 2]);
  });
});
