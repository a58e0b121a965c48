import { listClients, type RedisClient } from '../redis/session.ts';
import { readLastEventId } from './events.ts';
import { buildKey, isMarker, type QueueName } from './layout.ts';
import { findOldest } from './oldest.ts';

/** The state of a BullMQ queue, as it stands in Redis. */
export interface QueueState {
  /** `bull` is a queue of Bull, the predecessor of BullMQ, which keeps no events. */
  kind: 'bullmq' | 'bull' | 'none';
  paused: boolean;
  /** Jobs that wait for a worker, prioritised ones and those of a paused queue included. */
  waiting: number;
  active: number;
  failed: number;
  /**
   * Since when the job waits that waits longest: since it was added, became due, or was put back; for a delayed job, when
   * it will be due. Milliseconds since the epoch; undefined when none waits, or when nobody asked for it.
   */
  oldest: number | undefined;
  /** Workers that are connected; undefined where the provider does not list clients. */
  workers: number | undefined;
}

export interface QueueRequest extends QueueName {
  /** Counts failed jobs since then; milliseconds since the epoch. */
  failedSince: number;
  /** A job that has waited since before then is overdue; without it, nobody looks for the oldest. */
  overdueSince: number | undefined;
  /** With fewer workers than this, each look counts them. Default 0. */
  workers?: number;
}

/** How many ids of each end of a list are read. */
const ends = 10;

/** Milliseconds for which a list of workers is good while nothing else changes. */
const workersFor = 3000;

/** What was seen of one queue, and with which event it ended. */
export interface QueueMemory {
  state: QueueState;
  lastEvent: string | undefined;
  failedSince: number;
  /** When the workers were counted; milliseconds since the epoch. */
  countedAt: number;
}

/** Reads the state of a queue without changing anything: some ten commands at once. */
export async function readQueue(redis: RedisClient, request: QueueRequest): Promise<QueueState> {
  return (await lookAtQueue(redis, request, { now: 0 })).state;
}

/**
 * The same again: while the queue has no new event, one command, and every three seconds one more for the workers.
 * `now` is in milliseconds since the epoch.
 */
export async function lookAtQueue(
  redis: RedisClient,
  request: QueueRequest,
  { before, now }: { before?: QueueMemory | undefined; now: number },
): Promise<QueueMemory> {
  if (before?.lastEvent === undefined || dependsOnTime(before, request)) return readAll(redis, request, now);
  const lastEvent = await readLastEventId(redis, request);
  if (lastEvent !== before.lastEvent) return readAll(redis, request, now);
  const isEnough = before.state.workers === undefined || before.state.workers >= (request.workers ?? 0);
  if (isEnough && now - before.countedAt < workersFor) return before;
  return { ...before, state: { ...before.state, workers: await countWorkers(redis, request) }, countedAt: now };
}

/** Whether the state changes by time alone: a failed job grows too old to count, or a job has come to be overdue. */
function dependsOnTime({ state, failedSince }: QueueMemory, request: QueueRequest): boolean {
  const { overdueSince } = request;
  const isOverdue = state.oldest !== undefined && overdueSince !== undefined && state.oldest < overdueSince;
  return isOverdue || (state.failed > 0 && failedSince !== request.failedSince);
}

async function readAll(redis: RedisClient, request: QueueRequest, now: number): Promise<QueueMemory> {
  const key = (suffix: string) => buildKey(request, suffix);
  const [lastEvent, meta, traces, paused, wait, parked, first, last, prioritized, active, failed, workers] =
    await Promise.all([
      readLastEventId(redis, request), // first: what happens after it is seen by the next look
      redis.hlen(key('meta')),
      redis.exists(key('id'), key('stalled-check')), // a worker that has no job yet has only the second
      redis.hget(key('meta'), 'paused'),
      redis.llen(key('wait')),
      redis.llen(key('paused')),
      redis.lrange(key('wait'), 0, ends - 1),
      redis.lrange(key('wait'), -ends, -1),
      redis.zcard(key('prioritized')),
      redis.llen(key('active')),
      redis.zcount(key('failed'), request.failedSince, '+inf'), // the score is when it failed
      countWorkers(redis, request),
    ]);
  const hasEvents = lastEvent !== undefined && lastEvent !== 'none';
  const waiting = wait - new Set([...first, ...last].filter(isMarker)).size + parked + prioritized;
  const isBull = meta === 0 && !hasEvents && traces > 0 && (await redis.exists(key('id'))) > 0;
  const state: QueueState = {
    kind: isBull ? 'bull' : meta > 0 || hasEvents || traces > 0 ? 'bullmq' : 'none',
    paused: paused === '1' || parked > 0,
    waiting,
    active,
    failed,
    oldest: request.overdueSince === undefined ? undefined : await findOldest(redis, request, request.overdueSince),
    workers,
  };
  return { state, lastEvent, failedSince: request.failedSince, countedAt: now };
}

/** A worker names its blocking connection after the queue, and after itself where it has a name. */
async function countWorkers(redis: RedisClient, { prefix, name }: QueueName): Promise<number | undefined> {
  const own = `${prefix}:${Buffer.from(name).toString('base64')}`;
  const count = (list: string) =>
    [...list.matchAll(/(?:^|\s)name=(\S*)/g)].filter(
      ([, client = '']) => client === own || client.startsWith(`${own}:w:`),
    ).length;
  try {
    // The connections of a worker to a cluster may go to several nodes; each worker waits at the one that has the queue.
    return Math.max(...(await listClients(redis)).map(count));
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined; // the caller says that it cannot be known
    throw error;
  }
}
