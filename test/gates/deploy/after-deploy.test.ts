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
  test('tells environment, day and minute, and is an output (V6)', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, { tagPrefix: 'prod' });
    expect(report.outputs.tag).toMatch(/^prod-\d{8}-\d{4}$/);
    expect(world.github.repository.refs.get(`refs/tags/${report.outputs.tag}`)).toBe(commits.good);
  });

  test('is another one where there is such a tag already', async () => {
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

  test('that cannot be made is only warned of, with the permission', async () => {
    world = await startWorld({ permissions: { deployments: 'write', actions: 'read' } });
    const report = await world.deploy(commits.good, { tagPrefix: 'prod' });
    expect(report.verdict).toBe('passed');
    const finding = listFindings(report).find(({ code }) => code === 'deploy/not-tagged');
    expect(finding?.help).toContain('contents: write');
  });

  test('is not made for a release that failed', async () => {
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

  test('is followed by them when its probes are good; that of the last one is left to the probe gate', async () => {
    world = await startWorld();
    const probes = probing(
      'probe:\n  api: { up: { get: /version, expect: { text: good } } }\n  web: { up: { get: /no } }\n',
    );
    const report = await world.deploy(commits.good, probes);
    expect(report.verdict).toBe('passed');
    expect(report.checks.map(({ name }) => name)).toContain('api.up');
    expect(report.checks.map(({ name }) => name)).not.toContain('web.up');
  });

  test('is followed by them when its probes cannot be made here, which is said', async () => {
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

  test('is none where every request was answered, with who answered (R10)', async () => {
    world = await startWorld({ machines: 2, vercelDelays: { build: 300 } });
    const report = await world.deploy(commits.good, measuring());
    expect(report.verdict).toBe('passed');
    expect(checkOf(report, 'web')?.detail).toMatch(/^\d+ requests?, 0 failed, the slowest took/);
    expect(report.timeline?.map(({ section }) => section)).toEqual(expect.arrayContaining(['api', 'web']));
  });

  test('is counted, with the longest gap, and fails nothing when it is only reported (R10)', async () => {
    world = await startWorld({ machines: 1, flyDelays: { replace: 5, start: 400 } });
    const report = await world.deploy(commits.good, { ...measuring(), services: ['api'] });
    expect(report.verdict).toBe('passed');
    const finding = listFindings(report).find(({ code }) => code === 'deploy/downtime');
    expect(finding?.message).toMatch(/Of \d+ requests to api, \d+ failed, and the longest gap was .*× 50[23]/);
    expect(report.timeline?.map(({ verdict }) => verdict)).toContain('failed');
  });

  test('fails the release when it is longer than allowed', async () => {
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

  test('is promoted once its probes were good at its own address', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, staged('good'));
    expect(report.verdict).toBe('passed');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(report.logged.join(' ')).toMatch(/kept off the domains, and staged at http.*Vercel promotes/s);
  });

  test('never meets a user when it is bad', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, staged('better'));
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toEqual(expect.arrayContaining(['deploy/not-promoted', 'deploy/half-released']));
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
    expect(world.vercel.requests.some(({ path }) => path.includes('/promote/'))).toBe(false);
  });

  test('is not joined to a build that a push has started, which would go live by itself', async () => {
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

describe('a deploy that has failed', () => {
  test('is said to have failed, and why, where the platform does not tell any more what is live', async () => {
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
