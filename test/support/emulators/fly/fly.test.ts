import { afterEach, describe, expect, test } from '@jest/globals';
import { crashes, sampleBuild, unhealthyBuild } from '../../sample-build.ts';
import { jsonClient } from '../json-client.ts';
import { type FlyAppOptions, type FlyOptions, startFly } from './index.ts';

interface MachineAnswer {
  id: string;
  state: string;
  instance_id: string;
  cordoned: boolean;
  config: { image: string; metadata: Record<string, string> };
  checks: { name: string; status: string }[];
  events: unknown[];
}
interface ReleaseAnswer {
  id: string;
  version: number;
}

const image = (number: number) => `registry.fly.io/pm-backend:deployment-${number}`;

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.stop()));
});

async function fly(app: Partial<FlyAppOptions> = {}, options: Partial<FlyOptions> = {}) {
  const builds = {
    [image(1)]: sampleBuild('one'),
    [image(2)]: sampleBuild('two'),
    [image(3)]: crashes('missing JWT_SECRET'),
    [image(4)]: unhealthyBuild('four'),
  };
  const emulator = await startFly({
    apps: { 'pm-backend': { builds, image: image(1), ...app } },
    token: 'fm2_test',
    ...options,
  });
  running.push(emulator);
  const call = jsonClient(emulator.flapsUrl, 'FlyV1 fm2_test');
  const { body: machines } = await call<MachineAnswer[]>('GET /v1/apps/pm-backend/machines');
  const [machine] = machines;
  if (machine === undefined) throw new TypeError('An app has a machine.');
  const path = `/v1/apps/pm-backend/machines/${machine.id}`;
  const version = async () => (await fetch(`${emulator.domain('pm-backend').url}/version`)).text();
  /** Updates the machine and waits as flyctl does. */
  const update = async (name: string, state = 'started') => {
    const updated = await call<MachineAnswer>(`POST ${path}`, { config: { ...machine.config, image: name } });
    const waited = await call(`GET ${path}/wait?state=${state}&instance_id=${updated.body.instance_id}&timeout=30`);
    return { updated, waited };
  };
  return { emulator, call, machines, machine, path, update, version };
}

const untilCheck = async (call: ReturnType<typeof jsonClient>, path: string, status: string) => {
  for (;;) {
    const { body } = await call<MachineAnswer>(`GET ${path}`);
    if (body.checks[0]?.status === status) return body;
  }
};

describe('machines', () => {
  test('are started with the first image and serve the domain', async () => {
    const { machine, version } = await fly();
    expect(machine).toMatchObject({
      state: 'started',
      host_status: 'ok',
      image_ref: { registry: 'registry.fly.io', repository: 'pm-backend', tag: 'deployment-1' },
      config: { metadata: { fly_process_group: 'app', fly_release_version: '1', fly_platform_version: 'v2' } },
    });
    expect(await version()).toBe('one');
  });

  test('an update makes a new instance whose process serves', async () => {
    const { update, version, machine, emulator } = await fly();
    const { updated, waited } = await update(image(2));
    expect(updated.status).toBe(200);
    expect(updated.body.instance_id).not.toBe(machine.instance_id);
    expect(updated.body.state).toBe('replacing');
    expect(waited.status).toBe(200);
    expect(await version()).toBe('two');
    const states = emulator.app('pm-backend').machines[0]?.events.map(event => event.status);
    expect(states?.slice(0, 3)).toEqual(['started', 'starting', 'replacing']);
  });

  test('an update replaces the whole configuration', async () => {
    const { call, path } = await fly({ env: { LOG_LEVEL: 'info' } });
    const { body } = await call<MachineAnswer>(`POST ${path}`, { config: { image: image(2) } });
    expect(body.config).toEqual({ image: image(2) });
  });

  test('an image that is not in the registry is refused and changes nothing', async () => {
    const { call, path, version, machine } = await fly();
    const refused = await call(`POST ${path}`, { config: { image: image(9) } });
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringContaining('MANIFEST_UNKNOWN') } });
    expect((await call<MachineAnswer>(`GET ${path}`)).body.instance_id).toBe(machine.instance_id);
    expect(await version()).toBe('one');
  });

  test('an image whose pull fails later leaves the old version started', async () => {
    const { call, path, emulator, machine, version } = await fly();
    emulator.app('pm-backend').failPull(image(2));
    await call(`POST ${path}`, { config: { ...machine.config, image: image(2) } });
    const waited = await call(`GET ${path}/wait?state=started`);
    expect(waited.status).toBe(200);
    expect((await call<MachineAnswer>(`GET ${path}`)).body.instance_id).toBe(machine.instance_id);
    expect(await version()).toBe('one');
  });

  test('a pruned image can be found no more', async () => {
    const { call, path, emulator } = await fly();
    emulator.app('pm-backend').images.prune(image(2));
    expect((await call(`POST ${path}`, { config: { image: image(2) } })).status).toBe(400);
  });

  test('a build that crashes at start leaves a stopped machine, a critical check and its lines', async () => {
    const { update, call, path, emulator } = await fly();
    const { waited } = await update(image(3), 'stopped');
    expect(waited.status).toBe(200);
    const { body } = await call<MachineAnswer>(`GET ${path}`);
    expect(body).toMatchObject({ state: 'stopped', checks: [{ name: 'health', status: 'critical' }, {}] });
    expect(body.events[0]).toMatchObject({ type: 'exit', request: { exit_event: { exit_code: 1 } } });
    const logs = await call<{ data: { attributes: { message: string } }[] }>(
      'GET /api/v1/apps/pm-backend/logs?next_token=',
    );
    const messages = logs.body.data.map(line => line.attributes.message);
    expect(messages).toContain('missing JWT_SECRET');
    expect((await fetch(emulator.domain('pm-backend').url)).status).toBe(503);
  });

  test('a process that ends later stops its machine', async () => {
    const { emulator, call, path, machine } = await fly();
    await fetch(`${emulator.domain('pm-backend').url}/exit?code=7`);
    await call(`GET ${path}/wait?state=stopped&instance_id=${machine.instance_id}&timeout=30`);
    const { body } = await call<MachineAnswer>(`GET ${path}`);
    expect(body.events[0]).toMatchObject({ type: 'exit', request: { exit_event: { exit_code: 7 } } });
  });

  test('checks pass for a healthy process and are critical for an unhealthy one', async () => {
    const { update, call, path } = await fly();
    const healthy = await untilCheck(call, path, 'passing');
    expect(healthy.checks.map(check => check.name)).toEqual(['health', 'bg_deployments_compat_http']);
    await update(image(4));
    const unhealthy = await untilCheck(call, path, 'critical');
    expect(unhealthy.state).toBe('started');
  });

  test('a machine whose service check fails gets no requests', async () => {
    const services = [{ internal_port: 8080, checks: [{ type: 'http', path: '/health' }] }];
    const { update, version, emulator, call, path } = await fly({ services, checks: {} });
    await untilCheck(call, path, 'passing');
    expect(await version()).toBe('one');
    await update(image(4));
    expect((await fetch(emulator.domain('pm-backend').url)).status).toBe(503);
  });

  test('a cordoned machine leaves the requests to the others', async () => {
    const { call, machines, emulator } = await fly({ machines: 2 });
    for (const { id } of machines) await call(`POST /v1/apps/pm-backend/machines/${id}/cordon`);
    expect((await fetch(emulator.domain('pm-backend').url)).status).toBe(503);
    await call(`POST /v1/apps/pm-backend/machines/${machines[1]?.id}/uncordon`);
    expect((await fetch(emulator.domain('pm-backend').url)).status).toBe(200);
  });

  test('stop and start keep the instance', async () => {
    const { call, path, machine, version } = await fly();
    await call(`POST ${path}/stop`, {});
    await call(`GET ${path}/wait?state=stopped&instance_id=${machine.instance_id}`);
    expect((await call(`POST ${path}/start`)).body).toEqual({ previous_state: 'stopped' });
    await call(`GET ${path}/wait?state=started&instance_id=${machine.instance_id}`);
    expect(await version()).toBe('one');
  });

  test('restart brings the process back', async () => {
    const { call, path, version } = await fly();
    await call(`POST ${path}/restart?force_stop=false`);
    await call(`GET ${path}/wait?state=started`);
    expect(await version()).toBe('one');
  });

  test('waiting in vain is answered 408 in the words of the API', async () => {
    const { call, path } = await fly();
    const waited = await call(`GET ${path}/wait?state=destroyed&timeout=1`);
    const error = 'failed to reach desired state, destroyed, currently started';
    expect(waited).toMatchObject({ status: 408, body: { error: expect.stringContaining(error) } });
  });

  test.each(['state=happy', 'timeout=61', 'state=stopped'])('the wait refuses %s', async query => {
    const { call, path } = await fly();
    expect((await call(`GET ${path}/wait?${query}`)).status).toBe(400);
  });

  test('metadata is set and removed key by key', async () => {
    const { call, path } = await fly();
    expect((await call(`POST ${path}/metadata/note`, { value: 'hello' })).status).toBe(204);
    expect((await call(`GET ${path}/metadata`)).body).toMatchObject({ note: 'hello', fly_process_group: 'app' });
    await call(`DELETE ${path}/metadata/note`);
    expect((await call(`GET ${path}/metadata`)).body).not.toHaveProperty('note');
  });

  test('a release command leaves its stopped machine in the list', async () => {
    const { machines } = await fly({ releaseCommandMachine: true });
    expect(machines[1]).toMatchObject({
      state: 'stopped',
      config: { metadata: { fly_process_group: 'fly_app_release_command' } },
    });
  });

  test('a process sees the environment and the secrets of its app', async () => {
    const { emulator } = await fly({ env: { LOG_LEVEL: 'info' }, secrets: { JWT_SECRET: 'not-a-real-secret' } });
    const env = await (await fetch(`${emulator.domain('pm-backend').url}/env`)).json();
    expect(env).toMatchObject({ LOG_LEVEL: 'info', JWT_SECRET: 'not-a-real-secret', FLY_APP_NAME: 'pm-backend' });
  });
});

describe('leases', () => {
  test('keep others from changing the machine until they are given back', async () => {
    const { call, path } = await fly();
    const lease = await call<{ data: { nonce: string } }>(`POST ${path}/lease?ttl=60`);
    expect(lease).toMatchObject({ status: 201, body: { status: 'success', data: { owner: expect.any(String) } } });
    const nonce = { 'fly-machine-lease-nonce': lease.body.data.nonce };
    expect((await call(`POST ${path}/lease`)).status).toBe(409);
    expect((await call(`POST ${path}`, { config: { image: image(2) } })).status).toBe(409);
    expect((await call(`POST ${path}/lease?ttl=60`, undefined, nonce)).status).toBe(201);
    expect((await call(`POST ${path}`, { config: { image: image(2) } }, nonce)).status).toBe(200);
    expect((await call(`DELETE ${path}/lease`, undefined, nonce)).status).toBe(200);
    expect((await call(`GET ${path}/lease`)).status).toBe(404);
  });
});

describe('releases', () => {
  test('are created, moved on by their client and listed newest first', async () => {
    const { emulator } = await fly();
    const api = jsonClient(emulator.apiUrl, 'Bearer fm2_test');
    const created = await api<{ release: ReleaseAnswer }>('POST /api/v1/releases', {
      app_name: 'pm-backend',
      image: image(2),
      strategy: 'ROLLING',
      definition: {},
    });
    expect(created).toMatchObject({ status: 201, body: { release: { version: 2, in_progress: true } } });
    const { id } = created.body.release;
    const complete = await api(`PATCH /api/v1/releases/${id}`, { status: 'complete', metadata: null });
    expect(complete.body).toMatchObject({ status: 'complete', in_progress: false, stable: true });
    const { body } = await api<{ releases: ReleaseAnswer[] }>('GET /api/v1/apps/pm-backend/releases?limit=1');
    expect(body.releases).toEqual([expect.objectContaining({ id, image_ref: image(2) })]);
    expect((await api('GET /api/v1/apps/pm-backend/releases/current')).body).toMatchObject({ version: 2 });
  });

  test.each([
    [{ image: image(2) }, 404],
    [{ app_name: 'pm-backend' }, 422],
    [{ app_name: 'pm-backend', image: image(2), strategy: 'fast' }, 422],
  ])('%j is refused', async (body, status) => {
    const { emulator } = await fly();
    expect((await jsonClient(emulator.apiUrl, 'Bearer fm2_test')('POST /api/v1/releases', body)).status).toBe(status);
  });
});

describe('GraphQL', () => {
  test('answers what is selected, under its alias', async () => {
    const { emulator } = await fly({ secrets: { JWT_SECRET: 'not-a-real-secret' } });
    const query = `query ($name: String!) {
      app(name: $name) { now: currentReleaseUnprocessed { version status imageRef } secrets { name digest } }
    }`;
    const { body } = await jsonClient(emulator.apiUrl, 'Bearer fm2_test')('POST /graphql', {
      query,
      variables: { name: 'pm-backend' },
    });
    expect(body).toEqual({
      data: {
        app: {
          now: { version: 1, status: 'complete', imageRef: image(1) },
          secrets: [{ name: 'JWT_SECRET', digest: expect.stringMatching(/^[0-9a-f]{16}$/) }],
        },
      },
    });
  });

  test('an unknown app is an error with a code, in an answer of 200', async () => {
    const { emulator } = await fly();
    const { status, body } = await jsonClient(emulator.apiUrl, 'Bearer fm2_test')('POST /graphql', {
      query: '{ app(name: "nobody") { id } }',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { app: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});

describe('access', () => {
  const tokens = { fm2_other: { apps: ['other'] }, fm2_reader: { readOnly: true } };

  test.each([
    ['no token', 'FlyV1 ', 401],
    ['a wrong token', 'FlyV1 fm2_wrong', 401],
    ['a token of another app', 'FlyV1 fm2_other', 403],
    ['a token that may only read', 'FlyV1 fm2_reader', 403],
    ['the token as Bearer', 'Bearer fm2_test', 200],
  ])('%s', async (_name, authorization, status) => {
    const { emulator, path } = await fly({}, { tokens });
    const answer = await jsonClient(emulator.flapsUrl, authorization)(`POST ${path}/cordon`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('fly-request-id')).toMatch(/-fra$/);
  });

  test('an unknown app is 404', async () => {
    const { call } = await fly();
    expect((await call('GET /v1/apps/nobody')).status).toBe(404);
  });
});

describe('faults', () => {
  test('meet the requests they name, as often as they say', async () => {
    const { emulator, call } = await fly();
    emulator.fail({ on: /^GET .*\/machines$/, times: 2, answer: { status: 429, retryAfter: 3 } });
    emulator.fail({ on: /releases/, answer: { status: 502, html: '<h1>Bad gateway</h1>' } });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await call('GET /v1/apps/pm-backend/machines')).status);
    expect(statuses).toEqual([429, 429, 200]);
    const page = await call('GET /api/v1/apps/pm-backend/releases');
    expect(page.body).toBe('<h1>Bad gateway</h1>');
    expect(emulator.requests.filter(request => request.injected)).toHaveLength(3);
  });

  test('a lost answer is one whose request was carried out', async () => {
    const { emulator, call, path } = await fly();
    emulator.fail({ on: /cordon/, answer: 'lose-answer' });
    emulator.fail({ on: /uncordon/, answer: 'reset' });
    await expect(call(`POST ${path}/cordon`)).rejects.toThrow();
    await expect(call(`POST ${path}/uncordon`)).rejects.toThrow();
    expect((await call<MachineAnswer>(`GET ${path}`)).body.cordoned).toBe(true);
  });

  test('a request that hangs can be given up', async () => {
    const { emulator } = await fly();
    emulator.fail({ answer: 'hang' });
    const given = fetch(`${emulator.flapsUrl}/v1/apps/pm-backend`, { signal: AbortSignal.timeout(50) });
    await expect(given).rejects.toThrow();
  });
});
