import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import type { FaultName } from './api/faults.ts';
import { call } from './client.ts';
import { migrate } from './migrate.ts';
import { GOOD, type Observation, observe } from './observe.ts';
import { brokenReleases, type Release, v1, v2 } from './releases.ts';
import { apiSettings, startApi, startService } from './start.ts';

let postgres: RunningPostgres;
let database: string;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  await migrate(database, v2.migrations);
});
afterAll(() => postgres.stop());

/** Runs a release of the API on a Redis of its own, so that no other's requests count against its limit. */
async function during<T>(
  release: Release,
  use: (url: string, redis: RunningRedis) => Promise<T>,
  { start = startApi, databaseUrl = database } = {},
): Promise<T> {
  const redis = await startRedis();
  try {
    const service = await start(release, { ...apiSettings(databaseUrl, redis.url), RATE_LIMIT_MAX: '5' });
    try {
      return await use(service.url, redis);
    } finally {
      await service.stop();
    }
  } finally {
    await redis.stop();
  }
}

/** What each broken release shows; everything else it does as the good one. */
const SYMPTOMS: Array<[FaultName, Partial<Observation>]> = [
  ['orders-not-idempotent', { ordersForOneKey: 2 }],
  ['cookie-not-http-only', { cookiesAreHttpOnly: false }],
  ['websocket-silent', { answersPing: false }],
  ['limiter-fails-open', { excessRequest: 200 }],
  ['accepts-any-jwt', { forgedToken: 200 }],
  ['not-ready', { ready: false }],
  ['wrong-commit', { commit: v2.commit }],
  ['cors-any-origin', { allowedStranger: 'https://example.org' }],
  ['drops-events', { announcesOrders: false }],
  ['health-needs-database', {}],
];

test.each([
  ['v2', v2, {}] as const,
  ...SYMPTOMS.map(([name, symptom]) => [name, brokenReleases[name], symptom] as const),
])('%s shows its own symptom and no other', async (_name, release, symptom) => {
  const seen = await during(release, observe);
  expect(seen).toEqual({ ...GOOD, commit: release.commit, ...symptom });
});

test('every broken release is accounted for', () => {
  const shown = SYMPTOMS.map(([name]) => name);
  expect([...shown, 'crashes-on-start'].sort()).toEqual(Object.keys(brokenReleases).sort());
});

test('crashes-on-start never listens, and says why', async () => {
  await expect(during(brokenReleases['crashes-on-start'], observe)).rejects.toThrow('signing keys');
});

test('a release without its settings names every one that is missing', async () => {
  const started = startService('api', v1, { DATABASE_URL: database, RATE_LIMIT_MAX: 'many' });
  const missing = 'REDIS_URL is not set; JWT_SECRET is not set; JWT_REFRESH_SECRET is not set';
  await expect(started).rejects.toThrow(new RegExp(`${missing}.*RATE_LIMIT_MAX is not a whole number`));
});

test('v2 is not ready on a database without its migration', async () => {
  const behind = await postgres.createDatabase();
  await migrate(behind, v1.migrations);
  const ready = await during(v2, url => call(url, 'GET /ready'), { databaseUrl: behind });
  expect(ready).toMatchObject({
    status: 503,
    body: { ready: false, database: true, redis: true, reason: expect.stringContaining('markets.resolution_source') },
  });
});

test('v1 works on a database that has the migration of v2, so that going back is safe', async () => {
  expect(await during(v1, observe)).toEqual({ ...GOOD, commit: v1.commit });
});

test('migrations can run again', async () => {
  await expect(migrate(database, v2.migrations)).resolves.toBeUndefined();
});

test.each([
  ['v2', v2, 200],
  ['health-needs-database', brokenReleases['health-needs-database'], 500],
])('without a database, %s answers /health with its own status', async (_name, release, health) => {
  const start: typeof startApi = (release, settings) => startService('api', release, settings);
  const lookAround = async (url: string) => {
    expect(await call(url, 'GET /health')).toMatchObject({ status: health });
    expect(await call(url, 'GET /ready')).toMatchObject({ status: 503, body: { ready: false, database: false } });
  };
  await during(release, lookAround, { start, databaseUrl: 'postgresql://nobody@127.0.0.1:1/none' });
});

test('without Redis it is not ready, and refuses what it cannot count', async () => {
  await during(v2, async (url, redis) => {
    await redis.stop();
    expect(await call(url, 'GET /health')).toMatchObject({ status: 200 });
    expect(await call(url, 'GET /ready')).toMatchObject({ status: 503, body: { database: true, redis: false } });
    expect(await call(url, 'GET /api/markets')).toMatchObject({
      status: 503,
      body: { error: { code: 'RATE_LIMITER_UNAVAILABLE' } },
    });
  });
});
