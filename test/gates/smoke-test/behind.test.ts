import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { systemClock } from '../../../src/core/clock.ts';
import { testContext } from '../../support/context.ts';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import { type RunningServer, seenIn, serve, smoke } from './support.ts';

let postgres: RunningPostgres;
let redis: RunningRedis;
let connection: { host: string; port: number };
let server: RunningServer;
let queue: Queue;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const { hostname, port } = new URL(redis.url);
  connection = { host: hostname, port: Number(port) };
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('CREATE TABLE tenants (id int, name text, at timestamptz DEFAULT now())');
  await client.query("INSERT INTO tenants VALUES (1, 'one'), (2, 'two')");
  await client.end();
  const store = new Redis(redis.url);
  await store.hset('session:1', { user: 'one' });
  store.disconnect();

  queue = new Queue('onboarding', { connection });
  const worker = new Worker(
    'onboarding',
    async job => {
      if (job.name === 'broken') throw new Error('the tenant has no plan');
      if (job.name === 'shaky' && job.attemptsMade === 0) throw new Error('the connection was lost');
      return { tenant: job.data.tenant, done: true };
    },
    { connection },
  );
  const idle = new Queue('idle', { connection });
  closing.push(
    () => queue.close(),
    () => worker.close(),
    () => idle.close(),
  );
  server = await serve(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const options = { attempts: url.pathname === '/shaky' ? 2 : 1, removeOnComplete: url.searchParams.has('remove') };
    const [, name = ''] = url.pathname.split('/');
    const job =
      name === 'idle'
        ? await idle.add(name, {})
        : await queue.add(name, { tenant: url.searchParams.get('tenant') }, options);
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ job: job.id }));
  });
});
afterAll(async () => {
  await server.stop();
  await Promise.all(closing.map(close => close()));
  await Promise.all([postgres.stop(), redis.stop()]);
});

const run = (steps: string) => {
  const context = testContext({ variables: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } });
  return smoke(server.url, `flows:\n  a:\n${steps.replace(/^/gm, '    ')}`, context);
};

describe('a query to the database', () => {
  test('compares rows, and captures from them', async () => {
    const report = await run(`- sql: SELECT id, name FROM tenants WHERE id = $1
  database: DATABASE_URL
  values: [2]
  count: 1
  expect: { id: 2, name: two }
  capture: { name: "$[0].name" }
- sql: SELECT id FROM tenants ORDER BY id
  database: DATABASE_URL
  expect: [{ id: 1 }, { id: 2 }]
- { sql: "INSERT INTO tenants VALUES (3, $1)", database: DATABASE_URL, values: ["\${name}"], writes: true }
- { sql: SELECT name FROM tenants WHERE id = 3, database: DATABASE_URL, expect: { name: two } }`);
    expect(seenIn(report)).toEqual([]);
  });

  test.each([
    [
      'other data',
      '{ sql: SELECT name FROM tenants WHERE id = 1, database: DATABASE_URL, expect: { name: two } }',
      'failed',
      'smoke/wrong-stored-data',
      '$.name is "one", expected "two"',
    ],
    [
      'too few rows',
      '{ sql: SELECT 1 WHERE false, database: DATABASE_URL, count: 1 }',
      'failed',
      'smoke/wrong-stored-data',
      '0 rows, expected 1',
    ],
    [
      'a write that is not said',
      '{ sql: DELETE FROM tenants, database: DATABASE_URL }',
      'error',
      'database/query-not-read-only',
      'The query is not a single SELECT.',
    ],
    [
      'a write behind a second statement',
      '{ sql: "SELECT 1; COMMIT; DELETE FROM tenants", database: DATABASE_URL }',
      'error',
      'database/query-not-read-only',
      'The query is not a single SELECT.',
    ],
    [
      'a function with effects',
      '{ sql: "SELECT pg_notify($1, $2)", values: [a, b], database: DATABASE_URL }',
      'error',
      'database/query-not-read-only',
      'The query calls pg_notify(), which may have side effects.',
    ],
    [
      'a fault in the SQL',
      '{ sql: SELECT nothing FROM tenants, database: DATABASE_URL }',
      'error',
      'smoke/sql-refused',
      'does not exist',
    ],
    [
      'a slow answer',
      '{ sql: SELECT pg_sleep(5), database: DATABASE_URL, timeout: 200ms }',
      'error',
      'network/timed-out',
      'gave no answer within 200 ms',
    ],
  ])('reports %s', async (_what, step, verdict, code, message) => {
    const report = await run(`- ${step}`);
    expect(report.verdict).toBe(verdict);
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
    expect(seenIn(report)[0]).toContain(`${code} at 6: a, step 1`);
  });
});

describe('a command to Redis', () => {
  test('compares the reply', async () => {
    const report =
      await run(`- { redis: [HGETALL, "session:1"], store: REDIS_URL, expect: { user: one }, capture: { user: $.user } }
- { redis: [SET, "left:\${user}", 7], store: REDIS_URL, writes: true }
- { redis: [GET, "left:one"], store: REDIS_URL, expect: "7" }`);
    expect(seenIn(report)).toEqual([]);
  });

  test.each([
    ['a backlog', '[LLEN, "queue:default"]', '{ $at-most: 2 }', ''],
    ['a backlog that is too long', '[LLEN, "queue:default"]', '{ $at-most: 1 }', '$ is 2, expected at most 1'],
    ['the job at its end', '[LINDEX, "queue:default", -1]', '{ class: Mail, args: [7] }', ''],
    [
      'another job at its end',
      '[LINDEX, "queue:default", -1]',
      '{ class: Bill }',
      '$.class is "Mail", expected "Bill"',
    ],
    ['a job in it', '[LRANGE, "queue:default", 0, -1]', '{ $contains: { class: Bill } }', ''],
    ['a text that is JSON', '[LINDEX, "queue:default", 0]', '{ $matches: "^.{2}class" }', ''],
    [
      'a group of a stream',
      '[XINFO, GROUPS, orders]',
      '{ $contains: { name: billing, pending: { $at-most: 0 } } }',
      '',
    ],
    ['a stream', '[XINFO, STREAM, orders]', '{ length: 1 }', ''],
    ['a setting', '[CONFIG, GET, appendonly]', '{ appendonly: "no" }', ''],
  ])('can be of a queue: %s', async (_what, command, expected, seen) => {
    const store = new Redis(redis.url);
    await store.del('queue:default', 'orders');
    await store.lpush('queue:default', '{"class":"Mail","args":[7]}', '{"class":"Bill","args":[8]}');
    await store.xadd('orders', '*', 'id', '1');
    await store.xgroup('CREATE', 'orders', 'billing', '$');
    store.disconnect();
    const report = await run(`- { redis: ${command}, store: REDIS_URL, expect: ${expected} }`);
    expect(seenIn(report)).toEqual(seen === '' ? [] : [expect.stringContaining(seen)]);
  });

  test.each([
    ['a subcommand that writes', '{ redis: [CONFIG, SET, a, b], store: REDIS_URL }', 'error', 'CONFIG SET is not'],
    ['another reply', '{ redis: [GET, none], store: REDIS_URL, expect: "7" }', 'failed', 'smoke/wrong-stored-data'],
    ['a write that is not said', '{ redis: [SET, a, b], store: REDIS_URL }', 'error', 'smoke/undeclared-write'],
    [
      'a command that Redis does not know',
      '{ redis: [GTE, a], store: REDIS_URL }',
      'error',
      'smoke/undeclared-write at 6: a, step 1 (redis GTE a): neither the gate nor Redis knows GTE',
    ],
    ['a command that is refused', '{ redis: [HGETALL], store: REDIS_URL }', 'error', 'smoke/redis-refused'],
  ])('reports %s', async (_what, step, verdict, code) => {
    const report = await run(`- ${step}`);
    expect(report.verdict).toBe(verdict);
    expect(seenIn(report)).toEqual([expect.stringContaining(code)]);
    expect(seenIn(report)[0]).toContain(' at 6: a, step 1');
  });

  test('does not connect to an invalid URL, and does not show it', async () => {
    const context = testContext({ variables: { REDIS_URL: 'made-up-value' } });
    const section = 'flows:\n  a: [{ redis: [PING], store: REDIS_URL, expect: PONG }]';
    const report = await smoke(server.url, section, context);
    expect([report.verdict, seenIn(report)]).toEqual([
      'error',
      ['database/invalid-redis-url at 5: a, step 1: the value of REDIS_URL is not a Redis URL.'],
    ]);
  });

  test.each([
    ['no password', (url: URL) => Object.assign(url, { password: '' })],
    ['another password', (url: URL) => Object.assign(url, { password: 'not-the-password' })],
  ])('reports a Redis that refuses %s, without naming it (T6)', async (_what, change) => {
    const guarded = await startRedis({ password: 'a-made-up-password' });
    try {
      const context = testContext({ variables: { REDIS_URL: change(new URL(guarded.url)).href } });
      const section = 'flows:\n  a: [{ redis: [PING], store: REDIS_URL, expect: PONG }]';
      const report = await smoke(server.url, section, context);
      expect(report.verdict).toBe('error');
      expect(seenIn(report)).toEqual([
        expect.stringMatching(/^smoke\/redis-refused at 5: a, step 1.*(NOAUTH|WRONGPASS)/),
      ]);
      expect(JSON.stringify(report)).not.toContain('password"');
      expect(JSON.stringify(report)).not.toContain('not-the-password');
    } finally {
      await guarded.stop();
    }
  });

  test('reports a Redis that is down', async () => {
    const context = testContext({ variables: { REDIS_URL: 'redis://127.0.0.1:1' } });
    const report = await smoke(server.url, 'flows:\n  a: [{ redis: [PING], store: REDIS_URL }]', context);
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([expect.stringContaining('network/connection-refused')]);
  });
});

/** Row G12 of the operators' checklist. */
describe('the job of a request', () => {
  test.each([
    ['', ''],
    ['?remove=1', 'that its queue forgets'],
  ])('is done by a worker %s%s (G12)', async query => {
    const report = await run(`- { post: "/welcome${query || '?'}&tenant=t1", capture: { job: $.job } }
- queue: onboarding
  store: REDIS_URL
  job: { id: "\${job}" }
  expect: { tenant: t1, done: true }
  capture: { tenant: $.tenant }`);
    expect(seenIn(report)).toEqual([]);
  });

  test('is found by its name and data', async () => {
    const report = await run(`- post: /welcome?tenant=t2
- { queue: onboarding, store: REDIS_URL, job: { name: welcome, data: { tenant: t2 } }, expect: { tenant: t2 } }`);
    expect(seenIn(report)).toEqual([]);
  });

  test('is not an older one that matches', async () => {
    await queue.add('nightly', { tenant: 't4' }, { timestamp: Date.now() - 5 * 60_000 });
    const report = await run(`- post: /other?tenant=t4
- { queue: onboarding, store: REDIS_URL, job: { name: nightly }, within: 400ms }`);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(
        /job-missing at 7: .* no such job after .*; job \d+ \(nightly\) matches, but was added 5 min .*before the flow began/,
      ),
    ]);
  });

  test('may be of a flow that this one comes after', async () => {
    const isAsked = () => server.asked.some(asked => asked.includes('/chained'));
    const clock = { ...systemClock, now: () => Date.now() + (isAsked() ? 60_000 : 0) }; // the first flow takes a minute
    const context = testContext({ variables: { REDIS_URL: redis.url }, clock });
    const report = await smoke(
      server.url,
      `flows:
  a: [{ post: "/chained?tenant=t5" }]
  b: { after: [a], steps: [{ queue: onboarding, store: REDIS_URL, job: { name: chained } }] }`,
      context,
    );
    expect(seenIn(report)).toEqual([]);
  });

  test.each([
    ['that fails', 'broken', 'onboarding', 'smoke/job-failed', 'failed after 1 attempt (the tenant has no plan)'],
    ['that is done at the second attempt', 'shaky', 'onboarding', 'smoke/job-retried', 'the connection was lost'],
    ['that no worker takes', 'idle', 'idle', 'smoke/job-not-processed', 'is wait after'],
    ['on another queue', 'welcome', 'idle', 'smoke/job-missing', 'no such job after'],
  ])('%s is reported', async (_what, path, queue, code, message) => {
    const report = await run(`- { post: "/${path}?tenant=t3", capture: { job: $.job } }
- { queue: ${queue}, store: REDIS_URL, job: { id: "${code === 'smoke/job-missing' ? 'x' : ''}\${job}" }, within: 400ms }`);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
    expect(seenIn(report)[0]).toContain(`${code} at 7: a, step 2`);
  });
});

describe('the number of a database', () => {
  const section = 'flows:\n  a: [{ redis: [GET, "session:none"], store: REDIS_URL, expect: null }]';
  const judge = (path: string) =>
    smoke(server.url, section, testContext({ variables: { REDIS_URL: `${redis.url}${path}` } }));

  test.each(['', '/', '/0', '/3', '?db=3'])('that can be selected: %s', async path => {
    expect(seenIn(await judge(path))).toEqual([]);
  });

  test.each([
    ['/99', 'database/redis-no-such-database'],
    ['?db=99', 'database/redis-no-such-database'],
    ['/abc', 'database/invalid-redis-url'],
    ['/-1', 'database/invalid-redis-url'],
    ['/0/1', 'database/invalid-redis-url'],
  ])('that cannot is an error, and database 0 is not read instead: %s', async (path, code) => {
    const report = await judge(path);
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([expect.stringContaining(code)]);
  });
});

test('read commands need no COMMAND INFO, which not every user may ask', async () => {
  const admin = new Redis(redis.url);
  await admin.call(
    'ACL',
    'SETUSER',
    'narrow',
    'on',
    '>made-up',
    '~*',
    '+@read',
    '+ping',
    '+select',
    '+client',
    '-command',
  );
  await admin.xadd('stream', '*', 'a', '1');
  admin.disconnect();
  const { host } = new URL(redis.url);
  const context = testContext({ variables: { REDIS_URL: `redis://narrow:made-up@${host}` } });
  const steps =
    '[{ redis: [HGETALL, "session:1"], store: REDIS_URL, expect: { user: { $matches: "^o" } } }, { redis: [XINFO, GROUPS, stream], store: REDIS_URL, expect: [] }]';
  expect(seenIn(await smoke(server.url, `flows:\n  a: ${steps}`, context))).toEqual([]);
});
