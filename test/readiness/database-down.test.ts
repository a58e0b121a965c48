import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { migrate } from '../systems/prediction-market/migrate.ts';
import { v2 } from '../systems/prediction-market/releases.ts';
import { apiSettings, type RunningService, startApi } from '../systems/prediction-market/start.ts';
import { codes, probeOne, seen } from './support.ts';

let postgres: RunningPostgres;
let redis: RunningRedis;
let api: RunningService;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const database = await postgres.createDatabase();
  await migrate(database, v2.migrations);
  api = await startApi(v2, apiSettings(database, redis.url));
});
afterAll(async () => {
  await api?.stop();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

test('[R4] the prediction market is alive while its PostgreSQL is down, and not ready', async () => {
  const live = 'get: /health, expect: { json: { status: ok } }';
  const ready = 'get: /ready, expect: { status: [200, 503], json: { ready: true, database: true } }, deadline: 2s';
  expect((await probeOne(ready, api.url)).verdict).toBe('passed');
  await postgres.stop();
  const [alive, unready] = await Promise.all([probeOne(live, api.url), probeOne(ready, api.url)]);
  expect([alive.verdict, unready.verdict]).toEqual(['passed', 'failed']);
  expect(codes(unready)).toEqual(['error answer/wrong-json']);
  expect(seen(unready)).toContain('$.database is false, expected true');
});
