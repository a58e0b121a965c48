import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job, JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { loadBull, loadBullMq } from '../../support/bullmq.ts';
import { testContext } from '../../support/context.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import { startSlowLink } from '../../support/slow-link.ts';
import { VENDORS_MISSING } from '../../support/vendors.ts';
import { seenIn, serve, smoke } from './support.ts';

let redis: RunningRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

interface Shape {
  options?: JobsOptions;
  /** Which queue: `busy` has a worker, `idle` has none, `parked` is paused, `crowded` has more jobs of each state than are read. */
  queue?: 'busy' | 'idle' | 'parked' | 'crowded';
  /** Whether the answer comes only once the job has ended. */
  ended?: boolean;
  /** As a child of this, in a flow of jobs: its own queue. */
  childOf?: 'busy';
  /** What the step says of the job, beside its queue. Default: its id. */
  job?: string;
  more?: string;
  /** What is found; nothing by default. */
  seen?: string;
}

/** What a worker does with a job is in its name: see `work`. */
const shapes: Record<string, Shape> = {
  plain: {},
  named: { job: '{ name: named }' },
  matched: { job: '{ data: { of: matched } }' },
  lifo: { options: { lifo: true }, job: '{ name: lifo }' },
  urgent: { options: { priority: 1 }, job: '{ name: urgent }' },
  unhurried: { options: { priority: 1000 }, job: '{ name: unhurried }' },
  soon: { options: { delay: 150 }, job: '{ name: soon }' },
  later: { options: { delay: 3_600_000 }, job: '{ name: later }', seen: 'job-not-processed .* delayed, due in 59 min' },
  'once-shaky': { options: { attempts: 3 }, seen: 'job-retried .* after 1 attempt|job-retried .* after 2 attempts' },
  'once-shaky-allowed': { options: { attempts: 3 }, more: 'attempts: 2' },
  'once-shaky-backoff': { options: { attempts: 3, backoff: 50 }, more: 'attempts: 2' },
  'always-fails': { seen: 'job-failed .* failed after 1 attempt \\(made to fail\\)' },
  'always-fails-twice': {
    options: { attempts: 2 },
    more: 'attempts: 2',
    seen: 'job-failed .* failed after 2 attempts',
  },
  'gone-by-id': { options: { removeOnComplete: true } },
  'gone-by-name': { options: { removeOnComplete: true }, ended: true, job: '{ name: gone-by-name }' },
  'gone-by-data': {
    options: { removeOnComplete: true },
    ended: true,
    job: '{ data: { of: gone-by-data } }',
    seen: 'job-removed .* was (completed|failed) and removed',
  },
  'always-fails-gone': { options: { removeOnFail: true }, ended: true, seen: 'job-failed .* after 1 attempt' },
  'gone-with-value': { options: { removeOnComplete: true }, ended: true, more: 'expect: { of: gone-with-value }' },
  'own-id': { options: { jobId: 'an-id-of-its-own' } },
  'wrong-value': { more: 'expect: { of: another }', seen: 'wrong-stored-data .* expected "another"' },
  slow: { seen: 'job-not-processed .* is active' },
  waits: { queue: 'idle', job: '{ name: waits }', seen: 'job-not-processed .* is wait after' },
  parked: { queue: 'parked', job: '{ name: parked }', seen: 'job-not-processed .* is (wait|paused)' },
  'among-many': { queue: 'crowded', job: '{ name: among-many }', seen: 'job-not-processed .* is wait' },
  'among-many-lifo': {
    queue: 'crowded',
    options: { lifo: true },
    job: '{ name: among-many-lifo }',
    seen: 'job-not-processed .* is wait',
  },
  'among-many-delayed': {
    queue: 'crowded',
    options: { delay: 1_800_000 },
    job: '{ name: among-many-delayed }',
    seen: 'job-not-processed .* is delayed',
  },
  'among-many-prioritized': {
    queue: 'crowded',
    options: { priority: 50 },
    job: '{ name: among-many-prioritized }',
    seen: 'job-not-processed .* is (prioritized|wait)', // a state of its own since BullMQ 4
  },
  parent: { childOf: 'busy', job: '{ name: parent }' },
  missing: { job: '{ name: another }', seen: 'job-missing .* no such job' },
};

async function work(job: Job): Promise<unknown> {
  if (/^always-fails/.test(job.name)) throw new Error('made to fail');
  const tries = await job.getState().then(() => job.attemptsMade);
  if (/^once-shaky/.test(job.name) && !seen.has(`${job.queueQualifiedName} ${job.id}`)) {
    seen.add(`${job.queueQualifiedName} ${job.id}`);
    throw new Error(`made to fail once, at ${tries}`);
  }
  if (job.name === 'slow') await delay(3000, undefined, { ref: false });
  return job.data;
}
const seen = new Set<string>();

async function startService(major: 3 | 4 | 5 | 6) {
  const library = loadBullMq(major);
  if (!library) throw new Error(VENDORS_MISSING);
  const connection = { host: '127.0.0.1', port: Number(new URL(redis.url).port) };
  const named = (name: string) => new library.Queue(`${name}-${major}`, { connection });
  const queues = { busy: named('busy'), idle: named('idle'), parked: named('parked'), crowded: named('crowded') };
  const flows = new library.FlowProducer({ connection });
  const worker = new library.Worker(`busy-${major}`, work, { connection, concurrency: 20 });
  await queues.parked.pause();
  const many = (options: JobsOptions) =>
    queues.crowded.addBulk(Array.from({ length: 210 }, () => ({ name: 'other', data: {}, opts: options })));
  await many({});
  await many({ delay: 900_000 });
  await many({ delay: 3_600_000 });
  await many({ priority: 10 });
  await many({ priority: 90 });
  const server = await serve(async (request, response) => {
    const name = request.url?.slice(1) ?? '';
    const { options, queue = 'busy', ended, childOf } = shapes[name] ?? {};
    const target = queues[queue];
    const job = childOf
      ? (
          await flows.add({
            name,
            queueName: target.name,
            data: {},
            children: [{ name: 'child', queueName: target.name }],
          })
        ).job
      : await target.add(name, { of: name }, { ...options });
    while (ended && (await target.getJob(job.id ?? ''))) await delay(5);
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ job: job.id }));
  });
  const close = async () => {
    await server.stop();
    await worker.close(true);
    await Promise.all([...Object.values(queues), flows].map(one => one.close()));
  };
  return { server, close };
}

/** One flow for each shape, all at the same time. */
function writeFlows(major: number): string {
  const flows = Object.entries(shapes).map(([name, { queue = 'busy', job = '{ id: "${job}" }', more, seen }]) => {
    const within = seen?.includes('not-processed') || name === 'missing' || name === 'gone-by-data' ? '700ms' : '5s';
    const step = `{ queue: ${queue}-${major}, store: REDIS_URL, job: ${job}, within: ${within}${more ? `, ${more}` : ''} }`;
    return `  ${name}: [{ post: /${name}, capture: { job: $.job } }, ${step}]`;
  });
  return `flows:\n${flows.join('\n')}`;
}

type Service = Awaited<ReturnType<typeof startService>>;
const services = new Map<number, Promise<Service>>();
afterAll(() => Promise.all([...services.values()].map(async service => (await service).close())));

function serviceOf(major: 3 | 4 | 5 | 6): Promise<Service> {
  const service = services.get(major) ?? startService(major);
  services.set(major, service);
  return service;
}

describe.each([3, 4, 5, 6] as const)('BullMQ %d', major => {
  const testInstalled = loadBullMq(major) ? test : test.skip;

  testInstalled(
    'jobs of every shape are judged as they went',
    async () => {
      const context = testContext({ variables: { REDIS_URL: redis.url } });
      const report = await smoke((await serviceOf(major)).server.url, writeFlows(major), context);
      const found = Object.keys(shapes).map(name => {
        const own = seenIn(report).filter(text => text.includes(`: ${name}, step 2`));
        const { seen } = shapes[name] ?? {};
        const isRight = seen === undefined ? own.length === 0 : own.length === 1 && new RegExp(seen).test(own[0] ?? '');
        return isRight ? `${name}: right` : `${name}: ${own.join(' and ') || 'nothing'}`;
      });
      expect(found).toEqual(Object.keys(shapes).map(name => `${name}: right`));
      expect(report.checks).toHaveLength(Object.keys(shapes).length);
    },
    20_000,
  );
});

test.each([2, 30, 80])('a job without an id is found among 1,000 over a round trip of %d ms', async roundTrip => {
  const service = await serviceOf(6);
  const link = await startSlowLink(redis.url, roundTrip);
  try {
    const context = testContext({ variables: { REDIS_URL: `redis://${link.host}` } });
    const step = '{ queue: crowded-6, store: REDIS_URL, job: { name: among-many }, within: 600ms }';
    const report = await smoke(service.server.url, `flows:\n  a: [{ post: /among-many }, ${step}]`, context);
    expect(seenIn(report)).toEqual([expect.stringMatching(/job-not-processed .* is wait after/)]);
  } finally {
    await link.stop();
  }
});

test.each(['bull3', 'bull'] as const)('a queue of %s is refused by name', async name => {
  const Bull = loadBull(name);
  if (!Bull) return; // runs once `npm ci` has installed test/vendors
  const queue = new Bull(`of-${name}`, redis.url);
  await queue.add('plain', {});
  await queue.close();
  const context = testContext({ variables: { REDIS_URL: redis.url } });
  const section = `flows:\n  a: [{ queue: of-${name}, store: REDIS_URL, job: { name: plain }, within: 100ms }]`;
  const report = await smoke('http://127.0.0.1:1', section, context);
  expect([report.verdict, seenIn(report)]).toEqual(['error', [expect.stringContaining('queue/bull at 5')]]);
});

test('a search without a job asks little of Redis', async () => {
  const client = new Redis(redis.url);
  const count = async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1]);
  const before = await count();
  const context = testContext({ variables: { REDIS_URL: redis.url } });
  const section = 'flows:\n  a: [{ queue: of-nobody, store: REDIS_URL, job: { name: x }, within: 2s }]';
  await smoke('http://127.0.0.1:1', section, context);
  expect((await count()) - before).toBeLessThan(150);
  client.disconnect();
});
