import { afterEach, describe, expect, test } from '@jest/globals';
import type { FlyEmulator } from '../../support/emulators/fly/index.ts';
import { crashesLater, lightBuild } from '../../support/sample-build.ts';
import { codesOf, fastClock, findingsOf, listener, never, slowState } from '../support.ts';
import { image, imagesOf, listServing, platformOn, startApp, updatesOf } from './fly.ts';

const commit = 'c0ffee0000000000000000000000000000000001';
let fly: FlyEmulator;

afterEach(() => fly.stop());

async function version(): Promise<string> {
  const answer = await fetch(`${fly.domain('pm-backend').url}/version`);
  return answer.text();
}

const service = { protocol: 'tcp', internal_port: 8080, ports: [], checks: [] };

async function stopMachine(index: number): Promise<void> {
  const machine = fly.app('pm-backend').machines[index];
  machine?.stop();
  await machine?.changes.until(() => machine.state === 'stopped', AbortSignal.timeout(5000));
}

function statesOf(): string[] {
  const serving = fly.app('pm-backend').machines.filter(({ metadata }) => metadata.fly_process_group === 'app');
  return serving.map(({ state }) => state);
}

describe('a deploy to Fly.io', () => {
  test('brings every machine to the image, one after another, and asks what is live', async () => {
    fly = await startApp();
    const progress = listener();

    const change = await platformOn(fly).deploy(commit, never, progress);

    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit }, others: [] } });
    expect(change.live.deployment?.id).toMatch(/^registry\.fly\.io\/pm-backend:new@sha256:/);
    expect(imagesOf(fly)).toEqual([image('new'), image('new')]);
    expect(await version()).toBe('new');
    expect(progress.said).toHaveLength(2);
  });

  test('keeps the configuration of each machine and notes the commit on it', async () => {
    fly = await startApp({ env: { LOG_LEVEL: 'warn' } });
    const [before] = fly.app('pm-backend').machines.map(({ config }) => config);

    await platformOn(fly).deploy(commit, never, listener());

    const [after] = fly.app('pm-backend').machines.map(({ config }) => config);
    expect(after).toMatchObject({
      env: before?.env,
      checks: before?.checks,
      services: before?.services,
      metadata: { release_gates_commit: commit, fly_platform_version: 'v2' },
    });
  });

  test('leaves the machine of a release command alone', async () => {
    fly = await startApp();
    await platformOn(fly).deploy(commit, never, listener());
    const reserved = fly.app('pm-backend').machines.find(({ metadata }) => metadata.fly_process_group !== 'app');
    expect(reserved?.config.image).toBe(image('old'));
  });

  test('leaves a machine that is stopped stopped, on the new image', async () => {
    fly = await startApp();
    const [, asleep] = fly.app('pm-backend').machines;
    asleep?.stop();
    await asleep?.changes.until(() => asleep.state === 'stopped', AbortSignal.timeout(5000));

    const change = await platformOn(fly).deploy(commit, never, listener());

    expect(change.verdict).toBe('passed');
    expect([asleep?.state, ...imagesOf(fly)]).toEqual(['stopped', image('new'), image('new')]);
    expect(change.findings).toMatchObject([{ code: 'platform/machines-asleep', severity: 'notice' }]);
    expect(change.findings[0]?.message).toContain(`${asleep?.id}. Only `);
  });

  test('says that nobody saw the release run where every machine stays stopped', async () => {
    fly = await startApp({ machines: 1 });
    await stopMachine(0);
    const change = await platformOn(fly).deploy(commit, never, listener());
    expect(change.findings).toMatchObject([{ code: 'platform/machines-asleep', severity: 'warning' }]);
  });

  test('starts a machine that Fly.io stops when it is idle, so that one runs for the checks', async () => {
    fly = await startApp({ services: [{ ...service, autostop: 'stop' }] });
    await Promise.all([stopMachine(0), stopMachine(1)]);

    const change = await platformOn(fly).deploy(commit, never, listener());

    expect(change.verdict).toBe('passed');
    expect(statesOf()).toEqual(['started', 'stopped']);
    expect(imagesOf(fly)).toEqual([image('new'), image('new')]);
    expect(await version()).toBe('new');
  });

  test('fails where the one that it starts does not come up', async () => {
    fly = await startApp({ services: [{ ...service, autostop: 'suspend' }], machines: 1 });
    await stopMachine(0);
    const change = await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, listener());
    expect([change.verdict, change.findings[0]?.code]).toEqual(['failed', 'platform/machine-not-started']);
  });

  test('starts a machine that has crashed, since Fly.io leaves it stopped across the update', async () => {
    fly = await startApp({ machines: 1 });
    await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, listener());
    const progress = listener();

    const change = await platformOn(fly).deploy(commit, never, progress);

    expect(change).toMatchObject({ verdict: 'passed', live: { down: false }, findings: [] });
    expect(statesOf()).toEqual(['started']);
    expect(progress.said.join(' ')).toContain('is stopped, so it is started');
    expect(await version()).toBe('new');
  });

  test('asks again for the start of a machine that is still changing', async () => {
    fly = await startApp({ machines: 1 });
    await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, listener());
    const said = "failed_precondition: unable to start machine from current state: 'replacing'";
    fly.fail({ on: /^POST .*\/start/, times: 2, answer: { status: 412, body: { error: said } } });

    const change = await platformOn(fly).deploy(commit, never, listener());

    expect(change.verdict).toBe('passed');
    const starts = fly.requests.filter(({ path }) => path.endsWith('/start'));
    expect(starts.map(({ status }) => status)).toEqual([412, 412, 200]);
    expect(starts.every(({ headers }) => headers['fly-machine-lease-nonce'] !== undefined)).toBe(true);
  });

  test.each(['stopped', 'suspended'] as const)(
    'starts a machine that Fly.io leaves %s during the update',
    async state => {
      fly = await startApp({ machines: 1 });
      const [machine] = fly.app('pm-backend').machines;
      if (machine) machine.endsAt = state;
      const change = await platformOn(fly).deploy(commit, never, listener());
      expect(change.verdict).toBe('passed');
      expect(statesOf()).toEqual(['started']);
    },
  );

  test('notices a machine without checks that crashes again and again', async () => {
    const builds = { [image('old')]: lightBuild('old'), [image('new')]: crashesLater('no memory left') };
    fly = await startApp({ machines: 1, checks: {}, builds, restarts: 1000, restartsLater: true });
    const change = await platformOn(fly, { factor: 10 }).deploy(commit, never, listener());
    expect([change.verdict, change.findings[0]?.code]).toEqual(['failed', 'platform/machine-not-started']);
    expect(change.findings[0]?.message).toContain('crashes again and again');
  });

  test('sends an update again whose answer was a timeout, under the same lease', async () => {
    fly = await startApp({ machines: 1 });
    fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, answer: { status: 408, body: { error: 'deadline_exceeded' } } });
    const change = await platformOn(fly).deploy(commit, never, listener());
    expect(change.verdict).toBe('passed');
    expect(updatesOf(fly)).toBe(2);
  });

  test('gives up an update that Fly.io never takes in time', async () => {
    fly = await startApp({ machines: 1 });
    const answer = { status: 408, body: { error: 'deadline_exceeded' } };
    fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, times: 9, answer });
    expect(codesOf(await findingsOf(platformOn(fly).deploy(commit, never, listener())))).toEqual(['platform/refused']);
    expect(updatesOf(fly)).toBe(3);
    expect(imagesOf(fly)).toEqual([image('old')]);
  });

  const noRoom = 'aborted: could not reserve resource for machine: insufficient memory available';

  test.each([
    ['update', 409, noRoom],
    ['update', 503, 'unavailable: deploys to this host are temporarily disabled'],
    ['start', 409, 'insufficient CPUs available to fulfill request on the current host'],
  ] as const)('replaces a machine whose host refuses the %s (%d), in its region', async (of, status, error) => {
    fly = await startApp({ services: [{ ...service, autostop: 'stop' }], machines: of === 'start' ? 1 : 2 });
    const [first] = fly.app('pm-backend').machines;
    if (first === undefined) throw new TypeError('There are machines.');
    if (of === 'start') await stopMachine(0);
    first.hostRefuses = { of, status, error };
    const progress = listener();

    const change = await platformOn(fly).deploy(commit, never, progress);

    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit }, others: [] } });
    expect(change.findings).toMatchObject([{ code: 'platform/machine-replaced', severity: 'notice' }]);
    expect(change.findings[0]?.message).toContain(`took the place of ${first.id}`);
    expect(first.state).toBe('destroyed');
    expect(listServing(fly)).toHaveLength(of === 'start' ? 1 : 2);
    expect(listServing(fly).every(({ region, state }) => region === 'fra' && state === 'started')).toBe(true);
    expect(await version()).toBe('new');
  });

  test('waits for a new machine that Fly.io does not find for a moment, before the old one goes', async () => {
    fly = await startApp({ machines: 1 });
    const [first] = fly.app('pm-backend').machines;
    if (first) first.hostRefuses = { of: 'update', status: 409, error: noRoom };
    fly.fail({ on: /^GET .*\/machines\/[0-9a-f]+$/, times: 2, answer: { status: 404, body: { error: 'not found' } } });
    expect(await platformOn(fly).deploy(commit, never, listener())).toMatchObject({ verdict: 'passed' });
    expect(await version()).toBe('new');
  });

  test('replaces a stopped machine by one that stays stopped', async () => {
    fly = await startApp();
    await stopMachine(0);
    const [first] = fly.app('pm-backend').machines;
    if (first) first.hostRefuses = { of: 'update', status: 409, error: noRoom };
    const change = await platformOn(fly).deploy(commit, never, listener());
    expect(codesOf(change.findings)).toEqual(['platform/machine-replaced', 'platform/machines-asleep']);
    expect(statesOf().toSorted()).toEqual(['destroyed', 'started', 'stopped']);
    expect(imagesOf(fly)).toEqual([image('new'), image('new')]);
  });

  test.each(['lose-answer', 'reset'] as const)(
    'replaces a machine once where the answer is lost (%s)',
    async answer => {
      fly = await startApp({ machines: 1 });
      const [first] = fly.app('pm-backend').machines;
      if (first) first.hostRefuses = { of: 'update', status: 409, error: noRoom };
      fly.fail({ on: /^POST .*\/machines$/, answer });
      await platformOn(fly)
        .deploy(commit, never, listener())
        .catch(() => {});

      const change = await platformOn(fly).deploy(commit, never, listener()); // as the run again

      expect(change.verdict).toBe('passed');
      expect(imagesOf(fly)).toEqual([image('new')]);
      expect(await version()).toBe('new');
    },
  );

  test.each([
    ['a volume binds it to its host', { mounts: [{ volume: 'vol_1', path: '/data' }] }, 'has a volume'],
    ['its region is full', {}, 'no other host of the region fra'],
  ])('names the machine whose host takes no update where %s, and keeps it', async (_why, config, said) => {
    fly = await startApp();
    const [first] = fly.app('pm-backend').machines;
    if (first === undefined) throw new TypeError('There are machines.');
    Object.assign(first.config, config);
    first.hostRefuses = { of: 'update', status: 409, error: noRoom };
    fly.app('pm-backend').isFull = true;

    const change = await platformOn(fly).deploy(commit, never, listener());

    const [problem] = change.findings;
    expect([change.verdict, problem?.code]).toEqual(['failed', 'platform/host-refuses-updates']);
    expect(`${problem?.message} ${problem?.help}`).toContain(said);
    expect(problem?.message).toContain(first.id);
    expect(imagesOf(fly)).toEqual([image('old'), image('old')]);
    expect(await version()).toBe('old');
  });

  test('pins a tag that moves to its digest, since Fly.io does not pull a reference again', async () => {
    fly = await startApp({ builds: { [image('latest')]: lightBuild('one') }, image: image('latest'), machines: 1 });
    await platformOn(fly, { tag: 'latest' }).deploy(commit.replace('1', '2'), never, listener());
    fly.app('pm-backend').images.add(image('latest'), lightBuild('two'));

    const change = await platformOn(fly, { tag: 'latest' }).deploy(commit, never, listener());

    expect(change).toMatchObject({ verdict: 'passed', findings: [] });
    expect(await version()).toBe('two');
  });

  test('warns of a machine that kept its image where the registry does not tell the digest', async () => {
    fly = await startApp({ builds: { [image('latest')]: lightBuild('one') }, image: image('latest'), machines: 1 });
    const unpinned = () => fly.fail({ on: /^HEAD /, answer: { status: 503 } });
    unpinned();
    await platformOn(fly, { tag: 'latest' }).deploy(commit.replace('1', '2'), never, listener());
    fly.app('pm-backend').images.add(image('latest'), lightBuild('two'));
    unpinned();

    const change = await platformOn(fly, { tag: 'latest' }).deploy(commit, never, listener());

    expect(change.findings).toMatchObject([{ code: 'platform/image-kept', severity: 'warning' }]);
    expect(await version()).toBe('one');
  });

  test.each([
    [3, 'passed'],
    [99, 'failed'],
  ])(
    'sends an update again while Fly.io does not see an image that the registry has (%d times)',
    async (times, verdict) => {
      fly = await startApp({ machines: 1 });
      fly.app('pm-backend').lag(image('new'), times);
      const change = await platformOn(fly).deploy(commit, never, listener());
      expect(change.verdict).toBe(verdict);
      expect(updatesOf(fly)).toBe(times === 3 ? 4 : 6);
    },
  );

  test('keeps what someone has set on a machine just before it held it', async () => {
    fly = await startApp();
    const [machine] = fly.app('pm-backend').machines;
    const clock = fastClock(100);
    const sleep: typeof clock.sleep = (ms, signal) => {
      machine?.setMetadata('set_meanwhile', 'yes');
      return clock.sleep(ms, signal);
    };
    fly.fail({ on: /^POST .*\/lease/, answer: { status: 429, retryAfter: 1 } });
    await platformOn(fly, { context: { clock: { ...clock, sleep } } }).deploy(commit, never, listener());
    expect(machine?.metadata).toMatchObject({ set_meanwhile: 'yes', release_gates_commit: commit });
  });

  test('holds the leases for as long as the update of a stopped machine takes, and says when that is too long', async () => {
    fly = await startApp({}, { replace: slowState });
    const [first] = fly.app('pm-backend').machines;
    first?.stop();
    await first?.changes.until(() => first.state === 'stopped', AbortSignal.timeout(5000));

    const change = await platformOn(fly).deploy(commit, never, listener());

    expect([change.verdict, change.findings[0]?.code]).toEqual(['failed', 'platform/machine-not-started']);
    expect(change.findings[0]?.message).toMatch(/still updating to .*:new@\S+ after 5 min\./);
    const renewed = fly.requests.filter(
      ({ path, headers }) => path.includes('/lease?ttl') && headers['fly-machine-lease-nonce'] !== undefined,
    );
    expect(renewed.length).toBeGreaterThanOrEqual(2 * 6);
  });

  test('gives the leases back', async () => {
    fly = await startApp();
    await platformOn(fly).deploy(commit, never, listener());
    const released = fly.requests.filter(({ method, path }) => method === 'DELETE' && path.endsWith('/lease'));
    expect(released.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('stops at a machine that crashes, shows its log and says what still serves', async () => {
    fly = await startApp();
    const progress = listener();

    const change = await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, progress);

    expect(change.verdict).toBe('failed');
    expect(codesOf(change.findings)).toContain('platform/machine-not-started');
    expect(change.findings[0]?.message).toMatch(/ended with status 1.*still on .*:old@sha256/);
    expect(progress.said.join('\n')).toContain('DATABASE_URL is not set');
    expect(imagesOf(fly)).toEqual([image('crashing'), image('old')]);
    expect(change.live.others).toHaveLength(1);
    expect(await version()).toBe('old');
  });

  test.each(['failed', 'launch_failed', 'destroying', 'destroyed', 'migrated'] as const)(
    'stops at a machine that is %s, without waiting for it',
    async state => {
      fly = await startApp();
      const [first] = fly.app('pm-backend').machines;
      if (first) first.endsAt = state;
      const change = await platformOn(fly).deploy(commit, never, listener());
      expect(change.verdict).toBe('failed');
      expect(change.findings[0]).toMatchObject({ code: 'platform/machine-not-started' });
      expect(change.findings[0]?.message).toMatch(
        new RegExp(`does not start on .*: it is ${state}\\..*still on .*:old@`),
      );
      expect(updatesOf(fly)).toBe(1);
      expect(await version()).toBe('old');
    },
  );

  test('fails when the checks of a machine do not pass in time', async () => {
    fly = await startApp();

    const change = await platformOn(fly, { tag: 'unhealthy', factor: 300 }).deploy(commit, never, listener());

    expect(change.verdict).toBe('failed');
    expect(change.findings[0]).toMatchObject({ code: 'platform/checks-failing' });
    expect(change.findings[0]?.message).toMatch(/health is critical/);
    expect(imagesOf(fly)).toEqual([image('unhealthy'), image('old')]);
  });

  test('that failed on its checks is not taken for live, and fails again when it is repeated', async () => {
    fly = await startApp({ machines: 1 });
    const platform = platformOn(fly, { tag: 'unhealthy', factor: 300 });
    await platform.deploy(commit, never, listener());
    const live = await platform.live(never);
    expect([live.down, platform.carries(live, commit)]).toEqual([true, false]);

    const again = await platform.deploy(commit, never, listener());

    expect([again.verdict, ...codesOf(again.findings)]).toEqual(['failed', 'platform/checks-failing']);
    expect(updatesOf(fly)).toBe(1);
  });

  test('fails without a change when the registry does not have the image', async () => {
    fly = await startApp();
    const change = await platformOn(fly, { tag: 'never-pushed' }).deploy(commit, never, listener());
    expect(change.verdict).toBe('failed');
    expect(change.findings[0]).toMatchObject({ code: 'platform/image-not-found' });
    expect(imagesOf(fly)).toEqual([image('old'), image('old')]);
  });

  test('notices that Fly.io went back to the old version because it could not pull', async () => {
    fly = await startApp();
    fly.app('pm-backend').failPull(image('new'));
    const change = await platformOn(fly).deploy(commit, never, listener());
    expect(change.verdict).toBe('failed');
    expect(change.findings[0]).toMatchObject({ code: 'platform/image-not-found' });
    expect(imagesOf(fly)).toEqual([image('old'), image('old')]);
  });

  test('goes on where an attempt was broken off, and touches no machine twice', async () => {
    fly = await startApp();
    const controller = new AbortController();
    const watching = listener(text => text.includes('2 of 2') && controller.abort(new Error('cancelled')));
    await expect(platformOn(fly).deploy(commit, controller.signal, watching)).rejects.toThrow('cancelled');
    expect(imagesOf(fly)).toEqual([image('new'), image('old')]);

    const change = await platformOn(fly).deploy(commit, never, listener());

    expect(change.verdict).toBe('passed');
    expect(imagesOf(fly)).toEqual([image('new'), image('new')]);
    expect(updatesOf(fly)).toBe(2);
  });

  test('changes nothing while someone else holds a machine', async () => {
    fly = await startApp();
    const [, second] = fly.app('pm-backend').machines;
    await fetch(`${fly.flapsUrl}/v1/apps/pm-backend/machines/${second?.id}/lease?ttl=60`, {
      method: 'POST',
      headers: { authorization: 'Bearer fm2_not-a-real-token' },
    });

    const findings = await findingsOf(platformOn(fly).deploy(commit, never, listener()));

    expect(codesOf(findings)).toEqual(['platform/busy']);
    expect(updatesOf(fly)).toBe(0);
  });

  test('looks whether an update took effect when its answer is lost, and does not repeat it', async () => {
    fly = await startApp();
    fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, answer: 'lose-answer' });
    const change = await platformOn(fly).deploy(commit, never, listener());
    expect(change.verdict).toBe('passed');
    expect(updatesOf(fly)).toBe(2);
  });

  test('says that it is not known when an update was lost on its way, and does not repeat it', async () => {
    fly = await startApp();
    fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, answer: 'reset' });
    const findings = await findingsOf(platformOn(fly, { factor: 100 }).deploy(commit, never, listener()));
    expect(codesOf(findings)).toEqual(['platform/uncertain']);
    expect(updatesOf(fly)).toBe(1);
    expect(imagesOf(fly)).toEqual([image('old'), image('old')]);
  });

  test('does not repeat an update that was answered with 500', async () => {
    fly = await startApp();
    fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, answer: { status: 500, body: { error: 'internal' } } });
    const findings = await findingsOf(platformOn(fly, { factor: 100 }).deploy(commit, never, listener()));
    expect(codesOf(findings)).toEqual(['platform/uncertain']);
    expect(updatesOf(fly)).toBe(1);
  });

  test('repeats an update that a rate limit refused', async () => {
    fly = await startApp();
    fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, answer: { status: 429, retryAfter: 1 } });
    const change = await platformOn(fly).deploy(commit, never, listener());
    expect(change.verdict).toBe('passed');
    expect(updatesOf(fly)).toBe(3);
  });

  test('gives the leases back when it is cancelled', async () => {
    fly = await startApp();
    const controller = new AbortController();
    const watching = listener(() => controller.abort(new Error('cancelled')));
    await expect(platformOn(fly).deploy(commit, controller.signal, watching)).rejects.toThrow('cancelled');
    const released = fly.requests.filter(({ method, path }) => method === 'DELETE' && path.endsWith('/lease'));
    expect(released).toHaveLength(2);
  });
});

describe('the list of releases on Fly.io', () => {
  const definition = { app: 'pm-backend', primary_region: 'fra' };
  test('gets a release with the fly.toml of the one before, which ends as complete', async () => {
    fly = await startApp({ definition });

    const change = await platformOn(fly).deploy(commit, never, listener());

    const created = fly.requests.find(({ method, path }) => method === 'POST' && path === '/api/v1/releases');
    expect(created?.body).toMatchObject({
      app_name: 'pm-backend',
      image: expect.stringContaining(image('new')),
      definition,
    });
    const { current } = fly.app('pm-backend').releases;
    expect(current).toMatchObject({ status: 'complete', image: expect.stringContaining(image('new')) });
    expect(fly.app('pm-backend').machines[0]?.metadata.fly_release_id).toBe(current?.id);
    expect(change.findings).toEqual([]);
  });

  test('says failed after a bad deploy', async () => {
    fly = await startApp({ definition });
    await platformOn(fly, { tag: 'crashing' }).deploy(commit, never, listener());
    expect(fly.app('pm-backend').releases.current?.status).toBe('failed');
  });

  test('says interrupted after a cancelled one', async () => {
    fly = await startApp({ definition });
    const controller = new AbortController();
    const watching = listener(() => controller.abort(new Error('cancelled')));
    await expect(platformOn(fly).deploy(commit, controller.signal, watching)).rejects.toThrow('cancelled');
    expect(fly.app('pm-backend').releases.current?.status).toBe('interrupted');
  });

  test('gets none without its fly.toml, and the deploy goes on', async () => {
    fly = await startApp();
    fly.fail({ on: /^POST \/graphql/, times: 9, answer: { status: 403, body: { error: 'no' } } });
    const change = await platformOn(fly).deploy(commit, never, listener());
    expect(change.verdict).toBe('passed');
    expect(codesOf(change.findings)).toEqual(['platform/release-not-registered']);
    expect(fly.requests.some(({ path }) => path === '/api/v1/releases')).toBe(false);
  });
});
