import { afterEach, describe, expect, test } from '@jest/globals';
import type { FlyEmulator } from '../../support/emulators/fly/index.ts';
import { lightBuild } from '../../support/sample-build.ts';
import { codesOf, findingsOf, listener, never } from '../support.ts';
import { contextFor, image, imagesOf, listServing, platformOn, startApp, token } from './fly.ts';

const commit = 'c0ffee0000000000000000000000000000000001';
const other = 'c0ffee0000000000000000000000000000000002';
const base = 'ba5e000000000000000000000000000000000000';
let fly: FlyEmulator;

afterEach(() => fly.stop());

describe('what is live on Fly.io', () => {
  test('is the image of the machines, with its digest', async () => {
    fly = await startApp();
    const { deployment, others } = await platformOn(fly).live(never);
    expect(deployment?.id).toMatch(/^registry\.fly\.io\/pm-backend:old@sha256:[0-9a-f]{64}$/);
    expect(others).toEqual([]);
  });

  test('is more than one image when the machines disagree', async () => {
    fly = await startApp({ machines: 3 });
    const [one] = fly.app('pm-backend').machines;
    one?.update({ ...one.config, image: image('new') }, false);
    await one?.changes.until(() => one.state === 'started', AbortSignal.timeout(5000));
    const platform = platformOn(fly);

    const live = await platform.live(never);

    expect(live.deployment?.id).toContain(':old@');
    expect(live.others.map(({ id }) => id)).toEqual([expect.stringContaining(':new@')]);
    expect(platform.runs(live, { id: image('old') })).toBe(false);
  });

  test('has the commit only while the image is the one it was noted for', async () => {
    fly = await startApp({ machines: 1 });
    await platformOn(fly).deploy(commit, never, listener());
    expect((await platformOn(fly).live(never)).deployment?.commit).toBe(commit);

    const [machine] = fly.app('pm-backend').machines;
    machine?.update({ ...machine.config, image: image('old') }, false); // as `fly deploy` does, which keeps the metadata
    await machine?.changes.until(() => machine.state === 'started', AbortSignal.timeout(5000));

    expect((await platformOn(fly).live(never)).deployment?.commit).toBeUndefined();
  });

  test('is not a release that a moving tag only seems to be', async () => {
    fly = await startApp();
    const platform = platformOn(fly, { tag: 'old' });
    expect(platform.carries(await platform.live(never), commit)).toBe(false);
  });

  test('is the release when the same commit was deployed under the same tag', async () => {
    fly = await startApp({ machines: 1 });
    const platform = platformOn(fly);
    await platform.deploy(commit, never, listener());
    expect(platform.carries(await platform.live(never), commit)).toBe(true);
    expect(platform.carries(await platform.live(never), commit.replace('1', '2'))).toBe(false);
  });

  test.each([
    ['the tag that the gate set', 'registry.fly.io/pm-backend:c0ffee0000000000000000000000000000000001', commit],
    ['GH_SHA of `fly deploy` in a workflow', 'registry.fly.io/pm-backend:old', other],
  ])('has its commit from %s, before the label of a base image', async (_what, of, expected) => {
    const labels = { [of]: { 'org.opencontainers.image.revision': base, GH_SHA: other } };
    fly = await startApp({ machines: 1, image: of, builds: { [of]: lightBuild('old') }, labels });
    expect((await platformOn(fly).live(never)).deployment?.commit).toBe(expected);
  });

  test('has its commit from the label of the OCI where there is nothing else', async () => {
    fly = await startApp({ machines: 1, labels: { [image('old')]: { 'org.opencontainers.image.revision': base } } });
    expect((await platformOn(fly).live(never)).deployment?.commit).toBe(base);
  });

  test('is down where a machine is on a host that nobody reaches, which is named before a deploy', async () => {
    fly = await startApp();
    const [lost] = fly.app('pm-backend').machines;
    if (lost) lost.unreachable = true;
    const platform = platformOn(fly);

    expect(await platform.live(never)).toMatchObject({ down: true, others: [] });
    const obstacles = await platform.obstaclesToDeploy(commit, never);
    expect(codesOf(obstacles)).toEqual(['platform/host-unreachable']);
    expect(obstacles[0]?.message).toContain(lost?.id);
  });

  test('cannot be told of an app without machines', async () => {
    fly = await startApp({ machines: 0 });
    expect(codesOf(await findingsOf(platformOn(fly).live(never)))).toEqual(['platform/no-machines']);
  });
});

describe('an image of Fly.io', () => {
  test('that was never pushed is found before anything is changed', async () => {
    fly = await startApp();
    const obstacles = await platformOn(fly, { tag: 'never-pushed' }).obstaclesToDeploy(commit, never);
    expect(codesOf(obstacles)).toEqual(['platform/image-gone']);
    expect(obstacles[0]?.message).toContain(image('never-pushed'));
  });

  test('that was pruned is found before any service goes back', async () => {
    fly = await startApp();
    const { deployment } = await platformOn(fly).live(never);
    fly.app('pm-backend').images.prune(image('old'));
    const obstacles = await platformOn(fly).obstaclesToRollback({ id: deployment?.id ?? '' }, never);
    expect(codesOf(obstacles)).toEqual(['platform/image-gone']);
  });

  test.each([
    ['a registry that refuses the token', { status: 401 }],
    ['a registry that is not well', { status: 503 }],
    ['a registry that breaks the connection', 'reset' as const],
  ])('cannot be asked for of %s, which stands in the way of nothing', async (_what, answer) => {
    fly = await startApp();
    fly.fail({ on: /^HEAD \/v2\//, answer });
    expect(await platformOn(fly).obstaclesToDeploy(commit, never)).toMatchObject([
      { code: 'platform/image-not-checked', severity: 'notice' },
    ]);
  });

  test('of another registry is not asked for', async () => {
    fly = await startApp();
    const { flyPlatform } = await import('../../../src/platforms/fly/platform.ts');
    const elsewhere = flyPlatform(
      {
        platform: 'fly',
        app: 'pm-backend',
        image: 'ghcr.io/acme/api:1',
        url: 'http://127.0.0.1',
        directory: '.',
        after: [],
      },
      { context: contextFor(fly) },
    );
    expect(await elsewhere.obstaclesToDeploy(commit, never)).toEqual([]);
    expect(fly.requests.filter(({ path }) => path.startsWith('/v2/'))).toEqual([]);
  });
});

describe('the fly.toml of a service with an image', () => {
  test.each([
    [{ release_command: 'npx prisma migrate deploy' }, ['deploy/release-command-ignored']],
    [{ strategy: 'bluegreen' }, ['deploy/strategy-ignored']],
    [{ strategy: 'immediate' }, ['deploy/strategy-ignored']],
    [{ strategy: 'canary', max_unavailable: 0.5 }, []],
    [{}, []],
  ])('that asks for %j has to be honoured, or the deploy is refused', async (deploy, codes) => {
    fly = await startApp({ definition: { app: 'pm-backend', deploy } });
    expect(codesOf(await platformOn(fly).obstaclesToDeploy(commit, never))).toEqual(codes);
  });

  test('that cannot be read is a notice', async () => {
    fly = await startApp();
    fly.fail({ on: /^POST \/graphql/, answer: { status: 403, body: { error: 'no' } } });
    expect(await platformOn(fly).obstaclesToDeploy(commit, never)).toMatchObject([
      { code: 'platform/fly-toml-unread', severity: 'notice' },
    ]);
  });
});

describe('what there is to go back to on Fly.io', () => {
  test('is the images of earlier releases that went well, without what is live', async () => {
    fly = await startApp({ machines: 1 });
    await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, listener());
    await platformOn(fly).deploy(commit, never, listener());
    const platform = platformOn(fly);
    expect(await platform.candidates(await platform.live(never), never)).toEqual([{ id: image('old') }]);
  });
});

describe('the variables and the log of an app on Fly.io', () => {
  test('are names with values where they are plain, and names with digests where they are secret', async () => {
    fly = await startApp({ env: { LOG_LEVEL: 'warn' }, secrets: { JWT_SECRET: 'not-a-real-secret' } });
    expect(await platformOn(fly).variables(never)).toEqual([
      { name: 'LOG_LEVEL', value: 'warn' },
      { name: 'JWT_SECRET', digest: expect.stringMatching(/^[0-9a-f]{16}$/) },
    ]);
  });

  test('are those of its machines', async () => {
    fly = await startApp({ machines: 1 });
    await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, listener());
    expect((await platformOn(fly).log({ id: '' }, never)).join(' ')).toContain('DATABASE_URL is not set');
  });
});

describe('machines of Fly.io whose image is not known', () => {
  test.each([
    ['several containers', { containers: [{ name: 'app' }, { name: 'proxy' }] }, 'platform/several-containers'],
    ['a host that cannot be reached', {}, 'platform/host-unreachable'],
  ])('since of %s, are told apart, and nothing is asked further', async (_what, config, code) => {
    fly = await startApp();
    const machine = { id: 'd890', state: 'started', config };
    fly.fail({ on: /^GET .*\/machines$/, answer: { status: 200, body: [machine] } });
    expect(codesOf(await findingsOf(platformOn(fly).live(never)))).toEqual([code]);
  });
});

describe('a rollback on Fly.io', () => {
  test('goes back to the image by its digest and tells of the secrets of today', async () => {
    fly = await startApp();
    const platform = platformOn(fly);
    const { deployment: before } = await platform.live(never);
    await platform.deploy(commit, never, listener());
    if (before === undefined) throw new TypeError('nothing was live');

    const change = await platform.rollback(before, 'bad', never, listener());

    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { id: before.id } } });
    expect(codesOf(change.findings)).toContain('platform/current-secrets');
    expect(listServing(fly).map(({ config }) => config.image)).toEqual([before.id, before.id]);
  });

  test('starts a machine again that has crashed', async () => {
    fly = await startApp({ machines: 1 });
    const { deployment: before } = await platformOn(fly).live(never);
    await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, listener());
    expect(fly.app('pm-backend').machines[0]?.state).toBe('stopped');
    const platform = platformOn(fly);
    expect(platform.runs(await platform.live(never), { id: image('crashing') })).toBe(false);

    const change = await platformOn(fly).rollback({ id: before?.id ?? '' }, 'bad', never, listener());

    expect(change.verdict).toBe('passed');
    expect(fly.app('pm-backend').machines[0]?.state).toBe('started');
  });

  test('goes on without the machine whose host nobody reaches, and fails with its name', async () => {
    fly = await startApp();
    const platform = platformOn(fly);
    const { deployment: before } = await platform.live(never);
    await platform.deploy(commit, never, listener());
    const [lost] = fly.app('pm-backend').machines;
    if (lost) lost.unreachable = true;

    const change = await platform.rollback({ id: before?.id ?? '' }, 'bad', never, listener());

    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toContain('platform/host-unreachable');
    expect(imagesOf(fly)).toEqual([image('new'), image('old')]);
  });

  test('fails without a change when the image was pruned', async () => {
    fly = await startApp();
    const platform = platformOn(fly);
    const { deployment: before } = await platform.live(never);
    await platform.deploy(commit, never, listener());
    fly.app('pm-backend').images.prune(image('old'));

    const change = await platform.rollback({ id: before?.id ?? '' }, 'bad', never, listener());

    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toContain('platform/image-not-found');
    expect(imagesOf(fly)).toEqual([image('new'), image('new')]);
  });
});

describe('the token of Fly.io', () => {
  test('is sent as FlyV1 when it is a macaroon, also when it was pasted with its scheme', async () => {
    fly = await startApp();
    await platformOn(fly, { variables: { FLY_API_TOKEN: 'FlyV1 fm2_not-a-real-token' } }).live(never);
    expect(fly.requests.at(-1)?.headers.authorization).toBe('FlyV1 fm2_not-a-real-token');
  });

  test('may be several: machines, logs and the registry get the macaroons alone', async () => {
    fly = await startApp();
    const platform = platformOn(fly, { variables: { FLY_API_TOKEN: `FlyV1 fo1_other, ${token}` } });
    expect(await platform.obstaclesToDeploy(commit, never)).toEqual([]);
    await platform.log({ id: '' }, never);
    const { headers } = fly.requests.find(({ path }) => path === '/graphql') ?? {};
    expect(headers?.authorization).toBe(`FlyV1 ${token},fo1_other`);
  });

  test('is hidden with and without its scheme', async () => {
    fly = await startApp();
    const context = contextFor(fly, { variables: { FLY_API_TOKEN: 'FlyV1 fm2_not-a-real-token' } });
    const { flyPlatform } = await import('../../../src/platforms/fly/platform.ts');
    flyPlatform(
      { platform: 'fly', app: 'pm-backend', url: 'http://127.0.0.1', directory: '.', after: [] },
      { context },
    );
    expect(context.redactor.redact('a fm2_not-a-real-token b')).toBe('a *** b');
  });

  test('that is missing is named', async () => {
    fly = await startApp();
    expect(() => platformOn(fly, { variables: { FLY_API_TOKEN: '' } })).toThrow(/FLY_API_TOKEN/);
  });
});
