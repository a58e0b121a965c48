import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Client } from 'pg';
import { onCleanUp } from '../../support/clean-up.ts';
import { listen } from '../../support/listen.ts';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { hasPrometheus, type RunningPrometheus, startPrometheus } from '../../support/prometheus.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import { codes, commit, serve, watchSignals } from './support.ts';

const nowhere = 'http://127.0.0.1:1';

describe('a query of PostgreSQL', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  const watchSql = (sql: string) => {
    const signal = `orphans: { sql: "${sql}", database: DATABASE_URL, at-most: 0, interval: 50ms, for: 400ms }`;
    return watchSignals(signal, nowhere, { context: { variables: { DATABASE_URL: postgres.url } } });
  };

  test('passes while it counts what it may, and fails at once when it does not', async () => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    onCleanUp(() => client.end());
    await client.query('CREATE TABLE orders (id int); CREATE TABLE fills (order_id int)');
    const orphans = 'SELECT count(*) FROM fills WHERE order_id NOT IN (SELECT id FROM orders)';
    expect((await watchSql(orphans)).verdict).toBe('passed');
    await client.query('INSERT INTO fills VALUES (7)');
    const report = await watchSql(orphans);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/out-of-range']]);
    expect(report.headline).toContain('the query is 1, at most 0');
  });

  test.each([
    ['has no number', "SELECT 'many'", 'watch/unusable-answer'],
    ['has no row', 'SELECT 1 WHERE false', 'watch/unusable-answer'],
    ['writes', 'DELETE FROM pg_class RETURNING 1', 'database/query-not-read-only'],
    ['names a table that is missing', 'SELECT count(*) FROM nowhere', 'database/refused'],
  ])('is an error when it %s', async (_what, sql, code) => {
    const report = await watchSql(sql);
    expect(report.verdict).toBe('error');
    expect(codes(report)).toEqual([`error ${code}`]);
  });
});

describe('a queue of BullMQ', () => {
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('fails as soon as a job fails that did not before the release', async () => {
    const connection = { host: '127.0.0.1', port: Number(new URL(redis.url).port) };
    const queue = new Queue('settlements', { connection });
    const worker = new Worker(
      'settlements',
      async job => {
        if (job.name === 'bad') throw new Error('no such market');
      },
      { connection },
    );
    onCleanUp(async () => {
      await worker.close();
      await queue.close();
    });
    const watchQueue = (more = '') =>
      watchSignals(`jobs: { queue: settlements, store: REDIS_URL, interval: 50ms, for: 500ms${more} }`, nowhere, {
        context: { variables: { REDIS_URL: redis.url } },
      });
    const failed = new Promise(resolve => worker.once('failed', resolve));
    await queue.add('bad', {});
    await failed; // before the release, so it does not count
    await delay(5);
    expect((await watchQueue()).verdict).toBe('passed');
    const watching = watchQueue();
    await delay(100);
    await queue.add('bad', {});
    const report = await watching;
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/jobs-fail']]);
  });

  test('is an error when no queue has that name', async () => {
    const signal = 'jobs: { queue: typo, store: REDIS_URL, interval: 20ms, for: 500ms }';
    const report = await watchSignals(signal, nowhere, { context: { variables: { REDIS_URL: redis.url } } });
    expect([report.verdict, codes(report)]).toEqual(['error', ['error watch/no-data']]);
  });
});

describe('Sentry', () => {
  const signal = 'it: { sentry: acme/api, release: "${commit}", interval: 20ms, for: 300ms }';
  const serveSentry = (known: boolean, issues: unknown[]) =>
    serve((request, response) => {
      const path = (request.url ?? '').split('?')[0];
      const isRelease = path === `/api/0/organizations/acme/releases/${commit}/`;
      const status = isRelease ? (known ? 200 : 404) : 200;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isRelease ? {} : issues));
    });
  const watchSentry = async (known: boolean, issues: unknown[]) =>
    watchSignals(signal, nowhere, {
      context: { variables: { SENTRY_URL: await serveSentry(known, issues), SENTRY_AUTH_TOKEN: 'not-a-real-token' } },
    });

  test('fails for an issue that it saw first in this release', async () => {
    const report = await watchSentry(true, [{ shortId: 'API-1', title: 'TypeError: x is undefined' }]);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/new-issues']]);
    expect(report.headline).toContain('1 new issue (API-1 TypeError: x is undefined), at most 0');
  });

  test('passes where there is none, once an event has carried the name of the release', async () => {
    expect((await watchSentry(true, [])).verdict).toBe('passed');
    const report = await watchSentry(false, []);
    expect(report.verdict).toBe('inconclusive');
    expect(report.checks[0]?.findings[0]?.message).toContain('a first event that carries its name');
  });
});

const describePrometheus = hasPrometheus ? describe : describe.skip; // skipped where the system has no Prometheus

describePrometheus('a Prometheus', () => {
  let prometheus: RunningPrometheus;
  const counts = { all: 0, failed: 0, share: 0.01 };
  let releasedAt = 0;
  let stopTraffic = () => {};
  beforeAll(async () => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      const good = counts.all - counts.failed;
      response.end(`requests_total{status="200"} ${good}\nrequests_total{status="500"} ${counts.failed}\n`);
    });
    const url = await listen(server);
    const traffic = setInterval(() => {
      counts.all += 100;
      counts.failed += 100 * counts.share;
    }, 100);
    stopTraffic = () => {
      clearInterval(traffic);
      server.close();
    };
    prometheus = await startPrometheus(new URL(url).host);
    await delay(16_000); // the time before the release, which the store has to have seen
    counts.share = 0.1;
    releasedAt = Date.now();
  }, 40_000);
  afterAll(async () => {
    stopTraffic();
    await prometheus?.stop();
  });

  const watchPrometheus = (more: string) =>
    watchSignals(
      `errors: { prometheus: "${prometheus.url}", interval: 3s, for: 30s, events: 'requests_total{status="500"}', of: requests_total, ${more} }`,
      nowhere,
      { releasedAt },
    );

  test('knows the time before, and tells that it is worse now', async () => {
    const report = await watchPrometheus('compare: true');
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/worse-than-before']]);
    expect(report.headline).toMatch(/before the release (0\.\d+|1(\.\d)?) %/);
  }, 60_000);

  test.each([
    ['a series that is not there', 'value: no_such_series, at-most: 1', 'watch/no-data'],
    ['several series', 'value: requests_total, at-most: 1', 'watch/unusable-answer'],
    ['a query that is not valid', 'value: "sum(", at-most: 1', 'watch/unusable-answer'],
  ])('is an error for %s', async (_what, measure, code) => {
    const signal = `it: { prometheus: "${prometheus.url}", interval: 1s, for: 10s, ${measure} }`;
    const report = await watchSignals(signal, nowhere);
    expect([report.verdict, codes(report)]).toEqual(['error', [`error ${code}`]]);
  });
});
