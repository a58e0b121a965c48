import { afterEach, describe, expect, test } from '@jest/globals';
import { image, type MachineAnswer, startApp, untilCheck } from './sample-app.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.stop()));
});

async function fly(...options: Parameters<typeof startApp>) {
  const app = await startApp(...options);
  running.push(app.emulator);
  return app;
}

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
