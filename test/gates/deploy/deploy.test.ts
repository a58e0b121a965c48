import { afterEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { found } from '../../../src/core/finding.ts';
import { cancelled as cancelledKind } from '../../../src/core/gate-findings.ts';
import { Redactor } from '../../../src/core/redaction.ts';
import { listFindings } from '../../../src/core/report.ts';
import { standInFlyctl } from '../../platforms/fly/stand-in-flyctl.ts';
import { codesOf } from '../../platforms/support.ts';
import { commits, configuration, image, recordOf, startWorld, type World } from './world.ts';

let world: World;

afterEach(() => world.stop());

const withoutLock = () => configuration(world.fly, world.vercel, 'release: { lock: best-effort }');

const codes = (report: Parameters<typeof listFindings>[0]) => codesOf(listFindings(report));
const statesOnGitHub = () => world.github.deployments.all.map(({ statuses }) => statuses.map(({ state }) => state));

describe('deploy', () => {
  test('releases every service in order and records what was live before and after', async () => {
    world = await startWorld();

    const report = await world.deploy(commits.good);

    expect(report.verdict).toBe('passed');
    expect(report.headline).toBe('Deployed api, web.');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(recordOf(report).services).toMatchObject({
      api: {
        platform: 'fly',
        before: { id: expect.stringContaining(image(commits.old)) },
        after: { id: expect.stringContaining(image(commits.good)), commit: commits.good },
      },
      web: {
        platform: 'vercel',
        before: { id: expect.stringMatching(/^dpl_/), commit: commits.old },
        after: { id: expect.stringMatching(/^dpl_/), commit: commits.good },
      },
    });
  });

  test('sets its outputs', async () => {
    world = await startWorld();
    const { outputs, record } = await world.deploy(commits.good);
    expect(JSON.parse(outputs.changed ?? '')).toEqual(['api', 'web']);
    expect(JSON.parse(outputs.services ?? '')).toMatchObject({
      api: { before: record?.services.api?.before, after: record?.services.api?.after },
      web: { url: world.vercel.domain('app.example.com').url },
    });
    expect(outputs.url).toBe(world.vercel.domain('app.example.com').url);
  });

  test('keeps the record in a GitHub deployment that ends as a success', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good);
    const [deployment] = world.github.deployments.all;
    expect(deployment).toMatchObject({
      sha: commits.good,
      environment: 'production',
      production: true,
      payload: {
        version: 1,
        commit: commits.good,
        services: { api: { before: recordOf(report).services.api?.before } },
      },
    });
    expect(deployment?.statuses).toMatchObject([
      { state: 'in_progress', logUrl: 'https://github.com/acme/shop/actions/runs/42' },
      { state: 'success', environmentUrl: report.outputs.url },
    ]);
  });

  test('does nothing if the release is live already, and says so', async () => {
    world = await startWorld();
    const first = await world.deploy(commits.good);
    const changes = world.changes();

    const report = await world.deploy(commits.good);

    expect(report).toMatchObject({ verdict: 'passed', headline: 'Nothing was changed: this release is live already.' });
    expect(report.outputs.changed).toBe('[]');
    expect(world.changes()).toBe(changes);
    expect(world.github.deployments.all).toHaveLength(1);
    expect(recordOf(report).services).toEqual(recordOf(first).services); // the way back is still the one before
  });

  test('continues where an attempt failed, and still knows what was live before it', async () => {
    world = await startWorld();
    const rejects = { status: 402, body: { error: { message: 'Builds are paused' } } };
    world.vercel.fail({ on: /^POST \/v13\/deployments/, answer: rejects });
    const first = await world.deploy(commits.good);
    expect(first.verdict).toBe('error');

    const report = await world.deploy(commits.good);

    expect(report).toMatchObject({ verdict: 'passed', headline: 'Deployed web. Live already: api.' });
    expect(recordOf(report).services.api?.before).toEqual(recordOf(first).services.api?.before);
    expect(recordOf(report).services.api?.before?.id).toContain(commits.old);
  });

  test('records the program that deployed a service, with its version', async () => {
    world = await startWorld();
    const flyctl = await standInFlyctl('deploys');
    try {
      const text = configuration(world.fly, world.vercel).replace(/, image: "[^"]+"/, '');
      const run = { variables: { PATH: flyctl.path }, context: { workspace: flyctl.workspace }, configuration: text };
      const { services } = recordOf(await world.deploy(commits.good, run));
      expect([services.api?.by, services.web?.by]).toEqual(['flyctl 0.4.54', undefined]);
    } finally {
      await flyctl.remove();
    }
  });

  test('leaves the other services alone if some are chosen', async () => {
    world = await startWorld();
    const report = await world.deploy(commits.good, { services: ['api'] });
    expect(report.verdict).toBe('passed');
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
    expect(Object.keys(recordOf(report).services)).toEqual(['api']);
  });
});

describe('deploy, if a service fails,', () => {
  test('does not touch those that come after it', async () => {
    world = await startWorld({ machines: 2 });

    const report = await world.deploy(commits.crashing);

    expect(report.verdict).toBe('failed');
    expect(report.headline).toBe('Changed, and not verified: api; not touched: web.');
    expect(codes(report)).toEqual(expect.arrayContaining(['platform/machine-not-started', 'deploy/half-released']));
    expect(report.logged.join('\n')).toContain('  │ DATABASE_URL is not set');
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(recordOf(report).services.api?.after?.id).toContain(commits.crashing);
    expect(statesOnGitHub()).toEqual([['in_progress', 'failure']]);
  });

  test('says which services run the new release and which the old one', async () => {
    world = await startWorld();

    const report = await world.deploy(commits.unbuildable);

    expect(report.verdict).toBe('failed');
    expect(report.headline).toBe('Not deployed: web; changed: api.');
    expect(codes(report)).toEqual(expect.arrayContaining(['platform/build-failed', 'deploy/half-released']));
    expect(JSON.parse(report.outputs.changed ?? '')).toEqual(['api']);
    const { web } = recordOf(report).services;
    expect(web?.after).toEqual(web?.before);
  });

  test('does not call an outage a failure of the release', async () => {
    world = await startWorld();
    world.vercel.fail({ on: /^POST \/v13\/deployments/, answer: { status: 500, body: {} } });
    const report = await world.deploy(commits.good);
    expect(report.verdict).toBe('error');
    expect(codes(report)).toContain('platform/uncertain');
  });

  test('looks up what is live after an outage in the middle', async () => {
    world = await startWorld();
    world.fly.fail({ on: /^GET .*\/wait/, times: Number.POSITIVE_INFINITY, answer: { status: 503, body: {} } });
    const report = await world.deploy(commits.good, { services: ['api'] });
    expect(report.verdict).toBe('error');
    expect(JSON.parse(report.outputs.changed ?? '')).toEqual(['api']);
    expect(recordOf(report).services.api?.after?.id).toContain(commits.good);
  });

  test('says so if it cannot find out what is live', async () => {
    world = await startWorld();
    const outage = { times: Number.POSITIVE_INFINITY, answer: { status: 503, body: {} } };
    const onLog = (text: string) => text.includes('is updated to') && world.fly.fail(outage);
    const report = await world.deploy(commits.good, { services: ['api'], onLog });
    expect(report.verdict).toBe('error');
    expect(codes(report)).toContain('deploy/unknown-state');
    expect(JSON.parse(report.outputs.changed ?? '')).toEqual(['api']);
    expect(recordOf(report).services.api?.after).toBeUndefined();
  });
});

describe('deploy, before anything changes,', () => {
  test.each([
    ['a token that is missing', { VERCEL_TOKEN: '' }, 'config/unset-variable'],
    ['a token that is refused', { FLY_API_TOKEN: 'fm2_another-token' }, 'platform/bad-token'],
    [
      'a Fly.io token in the place of that of Vercel',
      { VERCEL_TOKEN: 'fm2_not-a-real-token' },
      'platform/foreign-token',
    ],
    ['no repository', { GITHUB_REPOSITORY: '' }, 'deploy/no-repository'],
  ])('stops at %s', async (_what, variables, code) => {
    world = await startWorld();
    const report = await world.deploy(commits.good, { variables, configuration: withoutLock() });
    expect(report).toMatchObject({ verdict: 'error', headline: 'Nothing was changed.' });
    expect(codes(report)).toContain(code);
    expect(world.changes()).toBe(0);
    expect(report.outputs.changed).toBe('[]');
    expect(world.github.deployments.all).toEqual([]);
  });

  test.each([
    [
      'an app that does not exist',
      'api: { platform: fly, app: pm-bakend, image: "x:1", url: "http://127.0.0.1" }',
      'platform/not-found',
    ],
    ['no image', 'api: { platform: fly, app: pm-backend, url: "http://127.0.0.1" }', 'deploy/no-image'],
    [
      'a project that does not exist',
      'web: { platform: vercel, project: wep, url: "http://127.0.0.1" }',
      'platform/not-found',
    ],
  ])('stops at %s', async (_what, service, code) => {
    world = await startWorld();
    const report = await world.deploy(commits.good, { configuration: `services:\n  ${service}\n` });
    expect(report.verdict).toBe('error');
    expect(codes(report)).toEqual([code]);
    expect(world.changes()).toBe(0);
  });

  test('stops at services that wait for each other, and names the place', async () => {
    world = await startWorld();
    const services =
      'services:\n  a: { platform: fly, app: a, url: "http://a", after: [b] }\n  b: { platform: fly, app: b, url: "http://b", after: [a] }\n';
    await expect(world.deploy(commits.good, { configuration: services })).rejects.toMatchObject({
      findings: [{ code: 'deploy/cycle', message: expect.stringContaining('a after b after a'), place: { line: 2 } }],
    });
  });

  test('stops at a service that the configuration does not have', async () => {
    world = await startWorld();
    await expect(world.deploy(commits.good, { services: ['wep'] })).rejects.toMatchObject({
      findings: [{ code: 'config/invalid-input', help: 'Did you mean "web"?' }],
    });
  });
});

describe('deploy, if GitHub keeps no record,', () => {
  test('does not begin, changes nothing and names the missing permission', async () => {
    world = await startWorld({ permissions: { contents: 'read' } });
    await expect(world.deploy(commits.good)).rejects.toMatchObject({
      findings: [
        { code: 'deploy/lock-unusable', help: expect.stringMatching(/deployments: write.*lock: best-effort/) },
      ],
    });
    expect(world.changes()).toBe(0);
  });

  test('releases with `lock: best-effort`, and warns that two releases could run at once', async () => {
    world = await startWorld({ permissions: { contents: 'read' } });
    const report = await world.deploy(commits.good, { configuration: withoutLock() });
    expect(report.verdict).toBe('passed');
    expect(codes(report)).toContain('deploy/lock-ignored');
    const finding = listFindings(report).find(({ code }) => code === 'deploy/not-recorded');
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.help).toContain('deployments: write');
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test.each([
    ['does not answer', { status: 502, html: '<html>Unicorn!</html>' }],
    ['breaks the connection', 'reset' as const],
    ['has reached its rate limit', { status: 403, body: { message: 'API rate limit exceeded' } }],
  ])('begins only with `lock: best-effort` if GitHub %s', async (_how, answer) => {
    world = await startWorld();
    world.github.fail({ times: Number.POSITIVE_INFINITY, answer });
    const services = ['api'];
    await expect(world.deploy(commits.good, { services })).rejects.toMatchObject({
      findings: [{ code: 'deploy/lock-unusable' }],
    });
    expect(world.changes()).toBe(0);
    const report = await world.deploy(commits.good, { services, configuration: withoutLock() });
    expect(report.verdict).toBe('passed');
    expect(codes(report)).toEqual(expect.arrayContaining(['deploy/lock-ignored', 'deploy/not-recorded']));
  });

  test('warns beforehand that a secret hides what was live', async () => {
    world = await startWorld();
    const redactor = new Redactor();
    redactor.add('pm-backend');
    const report = await world.deploy(commits.good, { services: ['api'], context: { redactor } });
    const finding = listFindings(report).find(({ code }) => code === 'deploy/hidden-in-record');
    expect(finding?.message).toContain('registry.fly.io/***:');
  });

  test('keeps no secret in it', async () => {
    world = await startWorld();
    const record = {
      version: 1 as const,
      environment: 'production',
      commit: commits.good,
      services: {},
      databases: {
        main: {
          applied: ['1_a'],
          migrations: [{ name: '1_a', grade: 'breaking' as const, because: 'DROP TABLE "fm2_not-a-real-token"' }],
        },
      },
      gates: [],
    };
    await world.deploy(commits.good, { services: ['api'], record });
    expect(JSON.stringify(world.github.deployments.all)).not.toContain('fm2_not-a-real-token');
  });
});

describe('deploy, if it is cancelled,', () => {
  test('says what each service runs, and touches nothing more', async () => {
    world = await startWorld({ vercelDelays: { build: 60_000 } });
    const controller = new AbortController();
    const onLog = (text: string) => text.includes('is BUILDING') && controller.abort(cancelled());

    const report = await world.deploy(commits.good, { context: { signal: controller.signal }, onLog });

    expect(report.verdict).toBe('error');
    expect(codes(report)).toEqual(expect.arrayContaining(['gate/cancelled', 'deploy/half-released']));
    expect(JSON.parse(report.outputs.changed ?? '')).toEqual(['api']);
    const { api, web } = recordOf(report).services;
    expect(api?.after?.id).toContain(commits.good);
    expect(web?.after).toEqual(web?.before);
    expect(statesOnGitHub()).toEqual([['in_progress', 'failure']]);
  });

  test('between two services, does not pass', async () => {
    world = await startWorld();
    const controller = new AbortController();
    const onResult = ({ name }: { name: string }) => name === 'api' && controller.abort(cancelled());
    const report = await world.deploy(commits.good, { context: { signal: controller.signal, onResult } });
    expect(report.verdict).toBe('error');
    expect(report.headline).toBe('Not deployed: web; changed: api.');
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test('before it began, changes nothing', async () => {
    world = await startWorld();
    const controller = new AbortController();
    controller.abort(cancelled());
    const report = await world.deploy(commits.good, { context: { signal: controller.signal } });
    expect(report).toMatchObject({ verdict: 'error', headline: 'Nothing was changed.' });
    expect(world.changes()).toBe(0);
  });
});

function cancelled(): Error {
  return new GateError([found(cancelledKind, { message: 'The run was cancelled (SIGINT).' })]);
}
