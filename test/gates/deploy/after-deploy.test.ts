import { afterEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf, fastClock } from '../../platforms/support.ts';
import { commits, configuration, startWorld, type World } from './world.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));
/** Requests take their time while the clock runs ahead, and a check that fails has to end within its own. */
const context = { clock: fastClock(10) };
const probing = (probes: string) => ({ context, configuration: configuration(world.fly, world.vercel, probes) });

describe('the tag of a release', () => {
  test('names the environment, day and minute, and is an output (V6)', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, { tagPrefix: 'prod' });
    expect(report.outputs.tag).toMatch(/^prod-\d{8}-\d{4}$/);
    expect(world.github.repository.refs.get(`refs/tags/${report.outputs.tag}`)).toBe(commits.good);
  });

  test('gets a number if the tag exists already', async () => {
    world = await startWorld();
    const first = await world.deploy(commits.good, { tagPrefix: 'prod' });
    const names = [...world.github.repository.refs.keys()].filter(name => name.includes('tags/prod'));
    expect(names).toEqual([`refs/tags/${first.outputs.tag}`]);
    world.github.fail({
      on: /^POST .*\/git\/refs/,
      answer: { status: 422, body: { message: 'Reference already exists' } },
    });
    const second = await world.deploy(commits.better, { tagPrefix: 'prod' });
    expect(second.outputs.tag).toMatch(/-2$/);
  });

  test('causes only a warning with the permission if it cannot be created', async () => {
    world = await startWorld({ permissions: { deployments: 'write', actions: 'read' } });
    const report = await world.deploy(commits.good, { tagPrefix: 'prod' });
    expect(report.verdict).toBe('passed');
    const finding = listFindings(report).find(({ code }) => code === 'deploy/not-tagged');
    expect(finding?.help).toContain('contents: write');
  });

  test('is not created for a failed release', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.crashing, { tagPrefix: 'prod' });
    expect(report.outputs.tag).toBe('');
    expect([...world.github.repository.refs.keys()].join(' ')).not.toContain('tags/prod');
  });
});

describe('a service that others wait for', () => {
  test('has to pass its probes before they are released (G8, V7)', async () => {
    world = await startWorld();
    const probes = probing(
      'probe:\n  api:\n    ready: { get: /version, expect: { text: never }, for: 0s, deadline: 1s }\n',
    );
    const report = await world.deploy(commits.good, probes);
    expect(report.verdict).toBe('failed');
    expect(report.headline).toBe('Changed, and not verified: api; not touched: web.');
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test('lets them start once its probes pass; probes of the last service are left to the probe gate', async () => {
    world = await startWorld();
    const probes = probing(
      'probe:\n  api: { up: { get: /version, expect: { text: good } } }\n  web: { up: { get: /no } }\n',
    );
    const report = await world.deploy(commits.good, probes);
    expect(report.verdict).toBe('passed');
    expect(report.checks.map(({ name }) => name)).toContain('api.up');
    expect(report.checks.map(({ name }) => name)).not.toContain('web.up');
  });

  test('lets them start with a notice if its probes cannot run here', async () => {
    world = await startWorld();
    const probes = probing('probe:\n  api: { up: { get: /version, headers: { x: "${NOT_SET}" } } }\n');
    const report = await world.deploy(commits.good, probes);
    expect(report.verdict).toBe('passed');
    expect(codes(report)).toContain('deploy/not-probed');
  });
});

describe('the downtime of a release', () => {
  const measuring = (allowed?: number) => ({ measuring: { allowed } });
  const checkOf = (report: GateReport, name: string) => report.checks.find(check => check.name === `${name} downtime`);

  test('is zero if every request was answered, with the version that answered (R10)', async () => {
    world = await startWorld({ machines: 2, vercelDelays: { build: 300 } });
    const report = await world.deploy(commits.good, measuring());
    expect(report.verdict).toBe('passed');
    expect(checkOf(report, 'web')?.detail).toMatch(/^\d+ requests?, 0 failed, the slowest took/);
    expect(report.timeline?.map(({ section }) => section)).toEqual(expect.arrayContaining(['api', 'web']));
  });

  test('is reported with its longest gap and does not fail the release by default (R10)', async () => {
    world = await startWorld({ machines: 1, flyDelays: { replace: 5, start: 400 } });
    const report = await world.deploy(commits.good, { ...measuring(), services: ['api'] });
    expect(report.verdict).toBe('passed');
    const finding = listFindings(report).find(({ code }) => code === 'deploy/downtime');
    expect(finding?.message).toMatch(/Of \d+ requests to api, \d+ failed, and the longest gap was .*× 50[23]/);
    expect(report.timeline?.map(({ verdict }) => verdict)).toContain('failed');
  });

  test('fails the release if a gap is longer than allowed', async () => {
    world = await startWorld({ machines: 1, flyDelays: { replace: 5, start: 400 } });
    const report = await world.deploy(commits.good, { ...measuring(50), services: ['api'], tagPrefix: 'prod' });
    expect([report.verdict, report.outputs.tag]).toEqual(['failed', '']);
    expect(report.headline).toBe('Deployed api. Users met errors for longer than is allowed.');
    const [deployment] = world.github.deployments.all;
    expect(deployment?.statuses.at(-1)).toMatchObject({ state: 'failure', description: report.headline });
    expect(checkOf(report, 'api')).toMatchObject({ verdict: 'failed', findings: [{ severity: 'error' }] });
  });
});

describe('a service that is staged first', () => {
  const staged = (expected: string) => ({
    context,
    configuration: configuration(
      world.fly,
      world.vercel,
      `probe: { web: { version: { get: /version, expect: { text: "${expected}" }, for: 0s, deadline: 1s } } }`,
    ).replace('platform: vercel,', 'platform: vercel, strategy: stage-then-promote,'),
  });

  test('is promoted once its probes pass at its own address', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, staged('good'));
    expect(report.verdict).toBe('passed');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(report.logged.join(' ')).toMatch(/kept off the domains, and staged at http.*Vercel promotes/s);
  });

  test('never meets a user if its probes fail', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, staged('better'));
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toEqual(expect.arrayContaining(['deploy/not-promoted', 'deploy/half-released']));
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
    expect(world.vercel.requests.some(({ path }) => path.includes('/promote/'))).toBe(false);
  });

  test('does not join a build that a push started, which would go live by itself', async () => {
    world = await startWorld({ vercelDelays: { build: 100 } });
    const web = world.vercel.project('web');
    web.deploy({
      project: 'web',
      commit: commits.good,
      ref: 'main',
      target: 'production',
      source: 'git',
      autoAssignCustomDomains: true,
      meta: { githubCommitSha: commits.good },
    });
    await world.deploy(commits.good, { ...staged('good'), services: ['web'] });
    expect(web.deployments.filter(({ request }) => !request.autoAssignCustomDomains)).toHaveLength(1);
  });
});

describe('a failed deploy', () => {
  test('is reported with its reason even if the platform cannot say what is live', async () => {
    world = await startWorld();
    const onLog = (text: string) => {
      const answer = { status: 503 };
      if (text.includes('is ERROR')) world.vercel.fail({ on: /v4\/aliases/, times: Number.POSITIVE_INFINITY, answer });
    };
    const report = await world.deploy(commits.unbuildable, { services: ['web'], onLog });
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toEqual(expect.arrayContaining(['platform/build-failed', 'deploy/unknown-state']));
  });
});
