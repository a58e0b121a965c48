import { afterEach, describe, expect, test } from '@jest/globals';
import { jsonClient } from '../json-client.ts';
import { image, type MachineAnswer, startApp } from './sample-app.ts';

interface ReleaseAnswer {
  id: string;
  version: number;
}

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.stop()));
});

async function fly(...options: Parameters<typeof startApp>) {
  const app = await startApp(...options);
  running.push(app.emulator);
  return app;
}

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
