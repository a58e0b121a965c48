import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import { type Account, bearer, call, converse, register } from './client.ts';
import { migrate } from './migrate.ts';
import { v1, v2 } from './releases.ts';
import { apiSettings, type RunningService, startApi, startService } from './start.ts';

const MARKET = 'will-btc-hit-100k';
const ORDER = { side: 'BUY', outcome: 'YES', type: 'LIMIT', price: 0.65, quantity: 10 };

let postgres: RunningPostgres;
let redis: RunningRedis;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), redis.stop()]);
});

describe.each([
  { release: v1, visitor: '192.0.2.1' },
  { release: v2, visitor: '192.0.2.2' },
])('the API of $release.label', ({ release, visitor }) => {
  let api: RunningService;
  let url: string;
  let settings: Record<string, string>;
  beforeAll(async () => {
    const database = await postgres.createDatabase();
    await migrate(database, release.migrations);
    settings = apiSettings(database, redis.url);
    api = await startApi(release, settings);
    url = api.url;
  });
  afterAll(() => api.stop());

  test('is alive, ready, and says which version it is', async () => {
    expect(await call(url, 'GET /health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await call(url, 'GET /ready')).toMatchObject({
      status: 200,
      body: { ready: true, database: true, redis: true },
    });
    const version = { commit: release.commit, schema: release.migrations.at(-1) };
    expect((await call(url, 'GET /version')).body).toEqual(version);
  });

  test('tells Prometheus what operators need', async () => {
    await call(url, 'GET /api/markets');
    const { headers, body } = await call(url, 'GET /metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    for (const line of [
      'http_request_duration_seconds_count{method="GET",route="/api/markets",status="200"}',
      'database_connections{state="total"}',
      'process_resident_memory_bytes',
      'orders_placed_total',
      'websocket_connections',
    ]) {
      expect(body).toContain(line);
    }
  });

  test('registers, logs in with cookies, and knows who asks', async () => {
    const { email, password } = await register(url);
    const login = await call(url, 'POST /api/auth/login', { body: { email, password } });
    expect(login.status).toBe(200);
    const cookies = login.headers.getSetCookie();
    expect(cookies).toEqual([
      expect.stringMatching(/^access_token=.*; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^refresh_token=.*; Path=\/api\/auth; HttpOnly; SameSite=Lax$/),
    ]);
    const cookie = cookies.map(line => line.split(';')[0]).join('; ');
    const me = await call(url, 'GET /api/auth/me', { headers: { cookie } });
    expect(me.body.user).toMatchObject({ email });
    expect(await call(url, 'POST /api/auth/refresh', { headers: { cookie } })).toMatchObject({ status: 200 });
  });

  test('refuses a wrong password, a taken email, and a token of another use', async () => {
    const { email, password, token, refreshToken } = await register(url);
    const login = await call(url, 'POST /api/auth/login', { body: { email, password: 'another password' } });
    expect(login).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
    const again = { email: email.toUpperCase(), password, displayName: 'Again' };
    expect(await call(url, 'POST /api/auth/register', { body: again })).toMatchObject({
      status: 409,
      body: { error: { code: 'EMAIL_TAKEN' } },
    });
    expect(await call(url, 'GET /api/auth/me', { token: refreshToken })).toMatchObject({ status: 401 });
    const refresh = await call(url, 'POST /api/auth/refresh', { body: { refreshToken: token } });
    expect(refresh.status).toBe(401);
    expect(await call(url, 'GET /api/auth/me')).toMatchObject({ status: 401 });
  });

  test('lists its markets and shows one', async () => {
    const { body } = await call(url, 'GET /api/markets');
    expect(body.markets).toHaveLength(3);
    const market = await call(url, `GET /api/markets/${MARKET}`);
    expect(market.body.market).toMatchObject({ slug: MARKET, status: 'OPEN' });
    expect('resolutionSource' in market.body.market).toBe(release === v2);
    expect(await call(url, 'GET /api/markets/no-such-market')).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
  });

  test('places an order once for a repeated key, reserves its cost, and gives it back', async () => {
    const { token } = await register(url);
    const headers = { 'idempotency-key': randomUUID() };
    const place = (order: object) => call(url, `POST /api/orders/${MARKET}`, { token, headers, body: order });
    const [one, other] = await Promise.all([place(ORDER), place(ORDER)]);
    expect([one.status, other.status].sort()).toEqual([200, 201]);
    expect(other.body).toEqual(one.body);
    expect(await place({ ...ORDER, quantity: 11 })).toMatchObject({
      status: 422,
      body: { error: { code: 'IDEMPOTENCY_KEY_REUSED' } },
    });

    const balance = async () => (await call(url, 'GET /api/balance', { token })).body.balance;
    expect(await balance()).toEqual({ available: 993.5, reserved: 6.5 });
    const book = await call(url, `GET /api/orderbook/${MARKET}`);
    expect(book.body.YES.bids).toEqual([{ price: 0.65, quantity: 10 }]);

    const { id } = one.body.order;
    const stranger = await register(url);
    expect(await call(url, `DELETE /api/orders/${id}`, stranger)).toMatchObject({ status: 404 });
    const cancelled = await call(url, `DELETE /api/orders/${id}`, { token });
    expect(cancelled.body.order).toMatchObject({ id, status: 'CANCELLED' });
    expect(await call(url, `DELETE /api/orders/${id}`, { token })).toMatchObject({ status: 409 });
    expect(await balance()).toEqual({ available: 1000, reserved: 0 });
  });

  test('matches orders, and settles balances and positions', async () => {
    const [buyer, seller] = await Promise.all([register(url), register(url)]);
    const market = 'will-it-rain-in-london';
    const place = (token: string, terms: object) =>
      call(url, `POST /api/orders/${market}`, { token, body: { ...ORDER, ...terms } });
    const account = async (token: string) => ({
      balance: (await call(url, 'GET /api/balance', { token })).body.balance,
      positions: (await call(url, 'GET /api/positions', { token })).body.positions,
    });

    await place(buyer.token, { outcome: 'YES', price: 0.6, quantity: 10 });
    const minted = await place(seller.token, { outcome: 'NO', price: 0.45, quantity: 4 });
    expect(minted.body.order).toMatchObject({ filled: 4, status: 'FILLED' });
    expect(await account(seller.token)).toEqual({
      balance: { available: 998.4, reserved: 0 },
      positions: [{ market, outcome: 'NO', available: 4, reserved: 0 }],
    });

    await place(seller.token, { side: 'SELL', outcome: 'NO', price: 0.3, quantity: 4 });
    await place(buyer.token, { outcome: 'NO', price: 0.35, quantity: 6 });
    expect(await account(seller.token)).toEqual({ balance: { available: 999.6, reserved: 0 }, positions: [] });
    expect(await account(buyer.token)).toEqual({
      balance: { available: 992.1, reserved: 4.3 },
      positions: [
        { market, outcome: 'NO', available: 4, reserved: 0 },
        { market, outcome: 'YES', available: 4, reserved: 0 },
      ],
    });
    expect(await place(seller.token, { side: 'SELL' })).toMatchObject({
      status: 422,
      body: { error: { code: 'INSUFFICIENT_POSITION' } },
    });
    expect(await place(seller.token, { quantity: 100_000 })).toMatchObject({
      status: 422,
      body: { error: { code: 'INSUFFICIENT_BALANCE' } },
    });
  });

  test.each([
    ['a price out of range', `POST /api/orders/${MARKET}`, { ...ORDER, price: 1.2 }],
    ['a price between two steps', `POST /api/orders/${MARKET}`, { ...ORDER, price: 0.655 }],
    ['a price as text', `POST /api/orders/${MARKET}`, { ...ORDER, price: '0.65' }],
    ['SQL in a name', "POST /api/orders/x'%20OR%201=1--", ORDER],
    [
      'a script in a name',
      'POST /api/auth/register',
      { email: 'a@b.cd', password: 'a'.repeat(12), displayName: '<b>' },
    ],
  ])('refuses %s', async (_what, request, body) => {
    const { token } = await register(url);
    expect(await call(url, request, { token, body })).toMatchObject({
      status: 400,
      body: { error: { code: 'VALIDATION_FAILED' } },
    });
  });

  test('answers browsers of its own origin only, with security headers', async () => {
    const preflight = (origin: string) =>
      call(url, 'OPTIONS /api/markets', { headers: { origin, 'access-control-request-method': 'POST' } });
    const [own, strange] = await Promise.all([preflight('https://app.example.com'), preflight('https://example.org')]);
    expect(own.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(strange.headers.get('access-control-allow-origin')).toBeNull();
    const { headers } = await call(url, 'GET /api/markets');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('limits requests per route, over all instances', async () => {
    const limited = { ...settings, RATE_LIMIT_MAX: '3' };
    const [one, other] = await Promise.all([startApi(release, limited), startApi(release, limited)]);
    try {
      const headers = { 'x-forwarded-for': visitor };
      const ask = (service: RunningService) => call(service.url, `GET /api/markets/${MARKET}`, { headers });
      for (const service of [one, other, one]) expect(await ask(service)).toMatchObject({ status: 200 });
      const refused = await ask(other);
      expect(refused).toMatchObject({ status: 429, body: { error: { code: 'RATE_LIMITED' } } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await call(one.url, 'GET /health', { headers })).toMatchObject({ status: 200 });
      expect(await call(one.url, 'GET /api/markets', { headers })).toMatchObject({ status: 200 });
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  });

  test('talks over a WebSocket however the token comes', async () => {
    const { token } = await register(url);
    const byHeader = await converse(url, bearer(token));
    const byCookie = await converse(url, { headers: { cookie: `access_token=${token}` } });
    const byMessage = await converse(url);
    byMessage.send({ event: 'authenticate', data: { token } });
    expect(await byMessage.next()).toEqual({ event: 'authenticated' });
    for (const client of [byHeader, byCookie, byMessage]) {
      client.send({ event: 'ping' });
      expect(await client.next()).toEqual({ event: 'pong' });
      client.close();
    }
  });

  test('refuses a WebSocket with a bad token, a strange origin, or no token', async () => {
    const { token } = await register(url);
    await expect(converse(url, bearer(`${token}x`))).rejects.toThrow('401');
    await expect(converse(url, { ...bearer(token), origin: 'https://example.org' })).rejects.toThrow('403');
    const client = await converse(url);
    client.send({ event: 'ping' });
    expect(await client.next()).toMatchObject({ event: 'error', data: { code: 'UNAUTHORIZED' } });
  });

  test('tells subscribers of orders and trades at another instance', async () => {
    const other = await startApi(release, settings);
    try {
      const [buyer, counterpart] = await Promise.all([register(url), register(url)]);
      const market = 'will-the-launch-succeed';
      const { body } = await call(url, `GET /api/markets/${market}`);
      const marketId = body.market.id;
      const client = await converse(other.url, bearer(buyer.token));
      client.send({ event: 'subscribe:market', data: { marketId } });
      expect(await client.next()).toEqual({ event: 'subscribed', data: { marketId } });

      const place = ({ token }: Account, terms: object) =>
        call(url, `POST /api/orders/${market}`, { token, body: { ...ORDER, ...terms } });
      const placed = await place(buyer, { outcome: 'YES', price: 0.07, quantity: 5 });
      expect(placed.status).toBe(201);
      expect(await client.next()).toEqual({ event: 'order:placed', data: placed.body.order });

      const taken = await place(counterpart, { outcome: 'NO', price: 0.95, quantity: 5 });
      expect(await client.next()).toEqual({ event: 'order:placed', data: taken.body.order });
      const trade = { marketId, outcome: 'NO', price: 0.93, quantity: 5 };
      expect(await client.next()).toEqual({ event: 'trade:executed', data: trade });
      client.close();
    } finally {
      await other.stop();
    }
  });

  test('stops cleanly when asked, with a WebSocket open', async () => {
    const service = await startApi(release, settings);
    const { token } = await register(service.url);
    await converse(service.url, bearer(token));
    await service.stop();
    expect(await service.exited).toBe(0);
  });

  test('serves the frontend', async () => {
    const web = await startService('web', release, { VITE_API_URL: url });
    try {
      const page = await call(web.url, 'GET /');
      expect(page.headers.get('x-deployment')).toBe(release.commit);
      const script = await call(web.url, `GET ${/src="([^"]+)"/.exec(page.body)?.[1]}`);
      expect(script.body.length).toBeGreaterThan(50 * 1024);
      expect(script.body).toContain(url);
      expect((await call(web.url, 'GET /version')).body).toEqual({ commit: release.commit });
      expect(await call(web.url, 'GET /assets/of-another-release.js')).toMatchObject({ status: 404 });
    } finally {
      await web.stop();
    }
  });
});
