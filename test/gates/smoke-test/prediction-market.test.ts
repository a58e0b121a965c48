import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { testContext } from '../../support/context.ts';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import type { FaultName } from '../../systems/prediction-market/api/faults.ts';
import { migrate } from '../../systems/prediction-market/migrate.ts';
import { brokenReleases, type Release, v1, v2 } from '../../systems/prediction-market/releases.ts';
import { apiSettings, startApi, startService } from '../../systems/prediction-market/start.ts';
import { marketFlows, requestsAllowed } from './market-flows.ts';
import { seenIn, smoke } from './support.ts';

let postgres: RunningPostgres;
let redis: RunningRedis;
let database: string;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  database = await postgres.createDatabase();
  await migrate(database, v2.migrations);
});
afterAll(async () => {
  await Promise.all([postgres.stop(), redis.stop()]);
});

let databases = 0;

/** Each API counts requests in a Redis database of its own. */
function settings(): Record<string, string> & { JWT_SECRET: string } {
  const store = `${redis.url}/${++databases % 16}`;
  const { JWT_SECRET = '', ...others } = apiSettings(database, store);
  return { ...others, JWT_SECRET, RATE_LIMIT_MAX: String(requestsAllowed) };
}

/** Rows of the operators' checklist: R12, R14, P8, P10, P11, P13. */
describe('the prediction market', () => {
  test.each([v1, v2])('passes when it is good: $label (P10, P11, P13, R12)', async release => {
    const { report, logged } = await smokeOf(release);
    expect(seenIn(report)).toEqual([]);
    expect(new Set(Object.values(JSON.parse(report.outputs.flows ?? '')))).toEqual(new Set(['passed']));
    expect(logged).toContainEqual(expect.stringMatching(/^trade generated: key /));
  });

  test.each<{ fault: FaultName; first: string }>([
    { fault: 'orders-not-idempotent', first: 'smoke/not-idempotent: trade, step 3' },
    { fault: 'cookie-not-http-only', first: 'answer/wrong-cookie: trade, step 1 (sign-up), step 2' },
    { fault: 'websocket-silent', first: 'smoke/message-missing: live, step 3' },
    { fault: 'limiter-fails-open', first: 'smoke/limiter-fails-open: excess, step 1' },
    { fault: 'accepts-any-jwt', first: 'smoke/unauthenticated-accepted: strangers, step 2' },
    { fault: 'not-ready', first: 'answer/wrong-status: ready, step 2' },
    { fault: 'wrong-commit', first: 'answer/wrong-json: ready, step 3' },
    { fault: 'cors-any-origin', first: 'smoke/cors-open: strangers, step 4' },
    { fault: 'drops-events', first: 'smoke/message-missing: live, step 7' },
  ])('fails when it is broken: $fault', async ({ fault, first }) => {
    const { report } = await smokeOf(brokenReleases[fault]);
    expect(report.verdict).toBe('failed');
    expect(faultsIn(report)[0]).toBe(first);
  });

  test('fails when it has stopped', async () => {
    const api = await startApi(v2, settings());
    await api.stop();
    const report = await smoke(api.url, marketFlows, contextFor('made up'), { commit: v2.commit });
    expect(report.verdict).toBe('failed');
    expect(new Set(listFindings(report).map(({ code }) => code))).toEqual(new Set(['smoke/service-down']));
  });

  test('is reported when it refuses everyone because its limiter cannot count (T6, R14)', async () => {
    const own = await startRedis();
    const api = await startApi(v2, { ...settings(), REDIS_URL: own.url });
    await own.stop();
    try {
      const section = `flows:
  excess:
    - { rate-limit: /api/markets, allowed: 2, requests: 5 }
  outage:
    - { error-envelope: /api/markets, status: [503], expect: { error: { code: RATE_LIMITER_UNAVAILABLE } } }`;
      const report = await smoke(api.url, section);
      expect(JSON.parse(report.outputs.flows ?? '')).toEqual({ excess: 'failed', outage: 'passed' });
      expect(seenIn(report)).toEqual([expect.stringContaining('smoke/limiter-unavailable at')]);
    } finally {
      await api.stop();
    }
  });

  test('crashes on start, so no step can run', async () => {
    await expect(startService('api', brokenReleases['crashes-on-start'], settings())).rejects.toThrow(/ended/);
  });
});

async function smokeOf(release: Release) {
  const environment = settings();
  const api = await startApi(release, environment);
  try {
    const context = contextFor(environment.JWT_SECRET);
    const report = await smoke(api.url, marketFlows, context, { commit: release.commit });
    return { report, logged: context.logged };
  } finally {
    await api.stop();
  }
}

function contextFor(secret: string) {
  return testContext({ variables: { JWT_SECRET: secret } });
}

/** What was found at which step. */
function faultsIn(report: GateReport): string[] {
  return listFindings(report).map(
    ({ code, message }) => `${code}: ${/^.*?, step \d+( \(sign-up\), step \d+)?/.exec(message)?.[0]}`,
  );
}
