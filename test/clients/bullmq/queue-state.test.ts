import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FlowProducer, JobsOptions, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { lookAtQueue, type QueueMemory, type QueueState, readQueue } from '../../../src/clients/bullmq/queue-state.ts';
import { loadBull, loadBullMq } from '../../support/bullmq.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';

let redis: RunningRedis;
let client: Redis;
let connection: { host: string; port: number };
beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
  connection = { host: '127.0.0.1', port: Number(new URL(redis.url).port) };
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

const minute = 60_000;
let count = 0;

describe.each([3, 4, 5, 6] as const)('BullMQ %d', major => {
  const library = loadBullMq(major);
  const testInstalled = library ? test : test.skip;

  /** The state of a queue of its own, after this was done to it. Five minutes of waiting are too much. */
  async function readAfter(
    act: (queue: Queue, flows: FlowProducer) => Promise<unknown>,
  ): Promise<QueueState & { age: number }> {
    if (!library) throw new Error('not installed');
    const queue = new library.Queue(`state-${major}-${count++}`, { connection });
    const flows = new library.FlowProducer({ connection });
    try {
      await act(queue, flows);
      const now = Date.now();
      const request = { prefix: 'bull', name: queue.name, failedSince: 0, overdueSince: now - 5 * minute };
      const state = await readQueue(client, request);
      return { ...state, age: Math.round((now - (state.oldest ?? now)) / minute) };
    } finally {
      await Promise.all([queue.close(), flows.close()]);
    }
  }
  /** A job that was added so many minutes ago. */
  const add = (queue: Queue, minutes: number, options: JobsOptions = {}) =>
    queue.add('job', {}, { ...options, timestamp: Date.now() - minutes * minute });

  testInstalled('counts jobs, and nothing that is not one', async () => {
    const state = await readAfter(async queue => {
      await queue.add('delayed', {}, { delay: 50 * minute });
      expect(
        await readQueue(client, { prefix: 'bull', name: queue.name, failedSince: 0, overdueSince: undefined }),
      ).toMatchObject({ waiting: 0 });
      await queue.add('urgent', {}, { priority: 2 });
      await queue.add('plain', {});
      await queue.add('lifo', {}, { lifo: true });
    });
    expect(state).toMatchObject({ kind: 'bullmq', waiting: 3, active: 0, failed: 0, paused: false, workers: 0 });
  });

  testInstalled('knows a paused queue', async () => {
    const state = await readAfter(async queue => {
      await queue.add('plain', {});
      await queue.pause();
    });
    expect(state).toMatchObject({ paused: true, waiting: 1 });
  });

  const addMany = async (queue: Queue, options: JobsOptions) => {
    await queue.addBulk(Array.from({ length: 15 }, () => ({ name: 'other', data: {}, opts: options })));
  };

  testInstalled.each<[string, number, (queue: Queue, flows: FlowProducer) => Promise<unknown>]>([
    ['the one that was added first', 8, async queue => [await add(queue, 8), await add(queue, 2)]],
    ['one with a priority', 9, async queue => [await add(queue, 9, { priority: 7 }), await add(queue, 2)]],
    [
      'one of the least priority, behind others',
      9,
      async queue => [
        await addMany(queue, { priority: 1 }),
        await add(queue, 9, { priority: 90 }),
        await addMany(queue, { priority: 90 }),
      ],
    ],
    [
      'one that `lifo` jobs keep waiting',
      9,
      async queue => [await add(queue, 9), await addMany(queue, { lifo: true })],
    ],
    [
      'one that is delayed and not due: it does not wait',
      0,
      async queue => add(queue, 9, { delay: 9 * minute + 20_000 }),
    ],
    ['one that is due and that no worker has put on the queue', 2, async queue => add(queue, 9, { delay: 7 * minute })],
    [
      'one that was delayed, from when it was put on the queue',
      0,
      async queue => (await add(queue, 9, { delay: 2 * minute })).promote(),
    ],
    [
      'one that was retried, from when it was put back',
      0,
      async queue => {
        const job = await add(queue, 9);
        await client.hset(`bull:${queue.name}:${job.id}`, 'processedOn', Date.now() - 8 * minute);
      },
    ],
    [
      "a flow's parent that waits for its children",
      9,
      async (queue, flows) => {
        const child = { name: 'child', queueName: `${queue.name}-other`, data: {} };
        const opts = { timestamp: Date.now() - 9 * minute };
        await flows.add({ name: 'parent', queueName: queue.name, data: {}, opts, children: [child] });
      },
    ],
  ])('the job that waits longest is %s', async (_what, age, act) => {
    const state = await readAfter(act);
    expect(Math.max(0, state.age)).toBe(age);
  });

  testInstalled('counts workers, and knows their queue before it has a job', async () => {
    if (!library) return;
    const name = `worked-${major}`;
    const request = { prefix: 'bull', name, failedSince: 0, overdueSince: undefined };
    expect(await readQueue(client, request)).toMatchObject({ kind: 'none', workers: 0 });
    const worker = new library.Worker(name, async () => {}, { connection });
    onCleanUp(() => worker.close());
    await worker.waitUntilReady();
    let state = await readQueue(client, request);
    while (state.kind === 'none' || state.workers === 0) state = await readQueue(client, request);
    expect(state).toMatchObject({ kind: 'bullmq', workers: 1 });
  });
});

test.each(['bull3', 'bull'] as const)('a queue of %s is known as such', async name => {
  const Bull = loadBull(name);
  if (!Bull) return; // runs once `npm ci` has installed test/vendors
  const queue = new Bull(`of-${name}`, redis.url);
  await queue.add('plain', {});
  await queue.close();
  const request = { prefix: 'bull', name: `of-${name}`, failedSince: 0, overdueSince: undefined };
  expect(await readQueue(client, request)).toMatchObject({ kind: 'bull' });
});

describe('looks at a queue in which nothing happens', () => {
  const countCommands = async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1]);

  test('cost a command each, and one for the workers every three seconds', async () => {
    const library = loadBullMq(6);
    const queue = new (library?.Queue ?? (await import('bullmq')).Queue)('quiet', { connection });
    onCleanUp(() => queue.close());
    await queue.add('plain', {});
    const request = { prefix: 'bull', name: 'quiet', failedSince: 0, overdueSince: undefined, workers: 0 };
    let before: QueueMemory | undefined;
    const start = await countCommands();
    for (let second = 0; second < 30; second++)
      before = await lookAtQueue(client, request, { before, now: second * 1000 });
    expect((await countCommands()) - start).toBeLessThan(60);
    await queue.add('another', {});
    before = await lookAtQueue(client, request, { before, now: 30_000 });
    expect(before.state.waiting).toBe(2);
  });
});
