import { isMapping } from '../../core/is-mapping.ts';
import type { RedisClient } from '../redis/session.ts';
import { readEvents } from './events.ts';
import { buildKey, isMarker, priorityStep, type QueueName, readDueTime } from './layout.ts';

/** How many ids of each end of a list are read: workers take from the right, and `lifo` adds there too. */
const ends = 20;

/** How many priorities are looked at, from the most urgent on; of the others only the least urgent. */
const mostPriorities = 10;

/**
 * Since when the job waits that waits longest, in milliseconds since the epoch; undefined when none waits. A flow's
 * parent that waits for its children, and a delayed job that no worker puts on the queue, wait too. `overdueSince` is the
 * time from which it matters to be exact: for a job that would be overdue, the events tell when it was put back.
 */
export async function findOldest(
  redis: RedisClient,
  queue: QueueName,
  overdueSince: number,
): Promise<number | undefined> {
  const key = (suffix: string) => buildKey(queue, suffix);
  const [waiting, parked, prioritized, delayed, parents] = await Promise.all([
    listEnds(redis, key('wait')),
    listEnds(redis, key('paused')),
    listPriorities(redis, key('prioritized')),
    redis.zrange(key('delayed'), '0', '0', 'WITHSCORES'),
    redis.zrange(key('waiting-children'), '0', '0', 'WITHSCORES'),
  ]);
  const ids = [...new Set([...waiting, ...parked, ...prioritized])].filter(id => !isMarker(id));
  const read = await Promise.all(
    ids.map(async id => ({ id, fields: await redis.hmget(key(id), 'timestamp', 'opts', 'processedOn') })),
  );
  const jobs = read.flatMap(({ id, fields }) => (fields[0] ? [readJob(id, fields)] : []));
  const overdue = jobs.filter(({ since }) => since < overdueSince);
  const processed = await Promise.all(overdue.map(({ id }) => redis.exists(key(`${id}:processed`))));
  // A job that was delayed, retried, or waited for its children began to wait later than its hash says.
  const returned = new Map(overdue.filter((job, index) => job.mayReturn || processed[index]).map(job => [job.id, job]));
  if (returned.size > 0) {
    for (const { event, jobId, at } of await readEvents(redis, queue, overdueSince)) {
      const job = returned.get(jobId);
      if (job && event === 'waiting') job.since = at;
    }
  }
  const scored = [
    ...(delayed[1] ? [readDueTime(Number(delayed[1]))] : []),
    ...(parents[1] ? [Number(parents[1])] : []),
  ];
  const all = [...jobs.map(({ since }) => since), ...scored];
  return all.length > 0 ? Math.min(...all) : undefined;
}

interface Waiting {
  id: string;
  /** The earliest that it can have begun to wait: when it was due, or when a worker last took it. */
  since: number;
  mayReturn: boolean;
}

function readJob(id: string, [timestamp, opts, processedOn]: (string | null)[]): Waiting {
  const delay = readDelay(opts ?? '{}');
  const since = Math.max(Number(timestamp ?? 0) + delay, Number(processedOn ?? 0));
  return { id, since, mayReturn: delay > 0 || Boolean(processedOn) };
}

/** The delay with which a job was added; the hash itself forgets it when it becomes due. */
function readDelay(opts: string): number {
  try {
    const value: unknown = JSON.parse(opts);
    return isMapping(value) && typeof value.delay === 'number' ? value.delay : 0;
  } catch {
    return 0;
  }
}

async function listEnds(redis: RedisClient, key: string): Promise<string[]> {
  return (await Promise.all([redis.lrange(key, 0, ends - 1), redis.lrange(key, -ends, -1)])).flat();
}

/** The first job of each priority: within one, the longest wait comes first. */
async function listPriorities(redis: RedisClient, key: string): Promise<string[]> {
  const ids: string[] = [];
  let from = 0;
  for (let count = 0; count < mostPriorities; count++) {
    const [id, score] = await redis.zrangebyscore(key, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1);
    if (id === undefined) return ids;
    ids.push(id);
    from = (Math.floor(Number(score) / priorityStep) + 1) * priorityStep;
  }
  return [...ids, ...(await redis.zrevrange(key, 0, 0))];
}
