import type { Redis } from 'ioredis';

/**
 * The state of a BullMQ queue, as it stands in Redis (taskforcesh/bullmq, src/classes/queue-keys.ts and the Lua
 * scripts).
 */
export interface QueueState {
  exists: boolean;
  paused: boolean;
  /** Jobs that wait for a worker, prioritised ones and those of a paused queue included. */
  waiting: number;
  active: number;
  failed: number;
  /** When the job that waits longest was added, in milliseconds since the epoch; undefined when none waits. */
  oldest: number | undefined;
  /** Workers that are connected; undefined where the provider does not list clients. */
  workers: number | undefined;
}

interface QueueRequest {
  name: string;
  prefix: string;
  /** Counts failed jobs since then, in milliseconds since the epoch. */
  failedSince: number;
}

/** Reads the state of a queue without changing anything. */
export async function readQueue(redis: Redis, { name, prefix, failedSince }: QueueRequest): Promise<QueueState> {
  const key = (suffix: string) => `${prefix}:${name}:${suffix}`;
  const [meta, paused, wait, parked, prioritized, active, failed, last, workers] = await Promise.all([
    redis.exists(key('meta')),
    redis.hget(key('meta'), 'paused'),
    redis.llen(key('wait')),
    redis.llen(key('paused')), // until version 5
    redis.zcard(key('prioritized')),
    redis.llen(key('active')),
    redis.zcount(key('failed'), failedSince, '+inf'), // the score is when it failed
    redis.lindex(key('wait'), -1), // workers take from this end
    countWorkers(redis, `${prefix}:${Buffer.from(name).toString('base64')}`),
  ]);
  const added = last === null || last.startsWith('0:') ? null : await redis.hget(key(last), 'timestamp');
  return {
    exists: meta > 0,
    paused: paused === '1' || parked > 0,
    waiting: wait + parked + prioritized,
    active,
    failed,
    oldest: added === null ? undefined : Number(added),
    workers,
  };
}

/** A worker names its blocking connection after the queue, and after itself where it has a name. */
async function countWorkers(redis: Redis, name: string): Promise<number | undefined> {
  try {
    const list = String(await redis.client('LIST'));
    const names = [...list.matchAll(/(?:^|\s)name=(\S*)/g)].map(match => match[1] ?? '');
    return names.filter(client => client === name || client.startsWith(`${name}:w:`)).length;
  } catch {
    return undefined; // refused by the provider: the caller says that it cannot be known
  }
}
