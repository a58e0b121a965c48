import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findingsOf, type GateReport } from '../../../src/core/report.ts';
import { testContext } from '../../support/context.ts';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import type { FaultName } from '../../systems/prediction-market/api/faults.ts';
import { register } from '../../systems/prediction-market/client.ts';
import { migrate } from '../../systems/prediction-market/migrate.ts';
import { brokenReleases, type Release, v1, v2 } from '../../systems/prediction-market/releases.ts';
import { apiSettings, type RunningService, startApi } from '../../systems/prediction-market/start.ts';
import { seenIn, smoke } from './support.ts';

const order = '{ side: BUY, outcome: YES, type: LIMIT, price: 0.65, quantity: 10 }';

/** What a user of the prediction market does, and what nobody may. */
const flows = `flows:
  trade:
    boundary: settlement
    generate: { email: email, password: string, key: uuid }
    steps:
      - name: register
        post: /api/auth/register
        json: { email: "\${email}", password: "\${password}", displayName: Smoke test }
        expect: { status: 201 }
      - name: log in
        post: /api/auth/login
        json: { email: "\${email}", password: "\${password}" }
        expect:
          cookies:
            - { name: access_token, http-only: true, same-site: lax }
            - { name: refresh_token, http-only: true, same-site: lax }
        capture: { token: $.accessToken }
      - get: /api/auth/me
        expect: { json: { user: { email: "\${email}" } } }
      - get: /api/markets
        capture: { market: "$.markets[0].slug" }
      - name: place an order
        post: /api/orders/\${market}
        headers: { idempotency-key: "\${key}" }
        json: ${order}
        expect: { status: 201 }
        capture: { order: $.order.id }
      - name: place it again
        post: /api/orders/\${market}
        headers: { idempotency-key: "\${key}" }
        json: ${order}
        expect: { status: 200, json: { order: { id: "\${order}" } } }
      - get: /api/balance
        expect: { json: { balance: { available: 993.5, reserved: 6.5 } } }
      - name: cancel the order
        delete: /api/orders/\${order}
        expect: { json: { order: { status: CANCELLED } } }
      - get: /api/balance
        expect: { json: { balance: { available: 1000, reserved: 0 } } }
      - websocket: /ws
        bearer: "\${token}"
        send: { event: ping }
        expect: { event: pong }
        timeout: 2s
      - name: ping with the cookie
        websocket: /ws
        send: { event: ping }
        expect: { event: pong }
        timeout: 2s
  forged-token:
    boundary: identity
    steps:
      - { get: /api/auth/me, bearer: "\${FORGED_TOKEN}", expect: { status: 401 } }
  ready:
    - get: /ready
      expect: { json: { ready: true } }
    - get: /version
      expect: { json: { commit: "\${commit}" } }`;

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

describe('the prediction market', () => {
  test.each([v1, v2])('passes when it is good: $label', async release => {
    const { report, logged } = await smokeOf(release);
    expect(seenIn(report)).toEqual([]);
    expect(JSON.parse(report.outputs.flows ?? '')).toEqual({
      trade: 'passed',
      'forged-token': 'passed',
      ready: 'passed',
    });
    expect(logged).toEqual([
      expect.stringMatching(/^trade made up: email smoke-\w+@example\.com, password \*\*\*, key /),
    ]);
  });

  test.each<{ fault: FaultName; faults: string[] }>([
    {
      fault: 'orders-not-idempotent',
      faults: ['answer/wrong-status: trade, step 6'],
    },
    {
      fault: 'cookie-not-http-only',
      faults: ['answer/wrong-cookie: trade, step 2', 'answer/wrong-cookie: trade, step 2'],
    },
    { fault: 'websocket-silent', faults: ['smoke/no-message: trade, step 10'] },
    { fault: 'accepts-any-jwt', faults: ['answer/wrong-status: forged-token, step 1'] },
    { fault: 'not-ready', faults: ['answer/wrong-status: ready, step 1'] },
    { fault: 'wrong-commit', faults: ['answer/wrong-json: ready, step 2'] },
  ])('fails when it is broken: $fault', async ({ fault, faults }) => {
    const { report } = await smokeOf(brokenReleases[fault]);
    expect(report.verdict).toBe('failed');
    expect(faultsIn(report)).toEqual(faults);
  });

  test('says nothing of the release when it has stopped', async () => {
    const api = await startApi(v2, apiSettings(database, redis.url));
    await api.stop();
    const report = await smoke(api.url, flows, contextFor('made up'), { commit: v2.commit });
    expect(report.verdict).toBe('error'); // no answer says nothing sure of the release
    expect(faultsIn(report)).toEqual([
      'network/connection-refused: trade, step 1',
      'network/connection-refused: forged-token, step 1',
      'network/connection-refused: ready, step 1',
    ]);
  });
});

async function smokeOf(release: Release) {
  const api = await startApi(release, apiSettings(database, redis.url));
  try {
    const context = contextFor(await forgedToken(api));
    const report = await smoke(api.url, flows, context, { commit: release.commit });
    return { report, logged: context.logged };
  } finally {
    await api.stop();
  }
}

function contextFor(forgedToken: string) {
  return testContext({ variables: { FORGED_TOKEN: forgedToken } });
}

/** What was found at which step. */
function faultsIn(report: GateReport): string[] {
  return findingsOf(report).map(({ code, seen }) => `${code}: ${/^.*?, step \d+/.exec(seen)?.[0]}`);
}

/** The token of a user, signed by someone else. */
async function forgedToken(api: RunningService): Promise<string> {
  const { token } = await register(api.url);
  const content = token.slice(0, token.lastIndexOf('.'));
  return `${content}.${createHmac('sha256', 'not the key of the API').update(content).digest('base64url')}`;
}
