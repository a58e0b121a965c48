import type { Redis } from 'ioredis';
import { parseJson } from '../../../core/parse-json.ts';
import { findDifferences } from '../../../expectations/differences.ts';

export interface BullQueue {
  prefix: string;
  name: string;
}

/** A job as BullMQ keeps it in Redis. */
export interface BullJob {
  id: string;
  name: string;
  state: State | 'gone';
  /** How many attempts workers have made. */
  attempts: number;
  failedReason: string;
  returned: unknown;
  /** When the service added it, by the clock of the service; milliseconds since the epoch. */
  addedAt: number;
}

/** Which job. Without an id, only a job added since then belongs to this run. */
export interface WantedJob {
  id?: string | undefined;
  name?: string | undefined;
  data?: unknown;
  /** Milliseconds since the epoch. */
  since: number;
}

/**
 * The lists and sorted sets with the ids of jobs, by state, in BullMQ 5 and 6 (bullmq, src/classes/scripts.ts and
 * src/commands). Before BullMQ 6, a paused queue keeps its waiting jobs in `paused`.
 */
const lists = ['wait', 'active', 'paused'] as const;
const sets = ['completed', 'failed', 'delayed', 'prioritized', 'waiting-children'] as const;
type State = (typeof lists)[number] | (typeof sets)[number];

/** How many of the newest jobs of each state the step reads. */
const mostJobs = 100;

/** The newest job that matches; undefined if none does. */
export async function findJob(redis: Redis, queue: BullQueue, wanted: WantedJob): Promise<BullJob | undefined> {
  const states = await listIds(redis, queue);
  const ids = wanted.id === undefined ? [...states.keys()] : [wanted.id];
  // All at once: one by one, a few hundred jobs take half a minute over a network.
  const read = await Promise.all(ids.map(async id => ({ id, stored: await redis.hgetall(buildKey(queue, id)) })));
  let newest: BullJob | undefined;
  for (const { id, stored } of read) {
    if (stored.name === undefined || !isMatch(stored, wanted)) continue;
    // The job is read after its state, and may have ended in between.
    const known = stored.finishedOn === undefined ? states.get(id) : undefined;
    const job = parseJob(id, stored, known ?? guessState(stored));
    if (wanted.id === undefined && job.addedAt < wanted.since) continue;
    if (newest === undefined || newest.addedAt <= job.addedAt) newest = job;
  }
  return newest ?? (wanted.id === undefined ? undefined : findRemoved(redis, queue, wanted.id));
}

/** Such as `3 wait, 1 active`, or `no jobs`. */
export async function countJobs(redis: Redis, queue: BullQueue): Promise<string> {
  const ofLists = await Promise.all(lists.map(state => redis.llen(buildKey(queue, state))));
  const ofSets = await Promise.all(sets.map(state => redis.zcard(buildKey(queue, state))));
  const counts = [...ofLists, ...ofSets].flatMap((count, index) =>
    count > 0 ? [`${count} ${[...lists, ...sets][index]}`] : [],
  );
  return counts.length > 0 ? counts.join(', ') : 'no jobs';
}

async function listIds(redis: Redis, queue: BullQueue): Promise<Map<string, State>> {
  const ids = new Map<string, State>();
  const [ofLists, ofSets] = await Promise.all([
    Promise.all(lists.map(state => redis.lrange(buildKey(queue, state), 0, mostJobs - 1))),
    Promise.all(sets.map(state => redis.zrevrange(buildKey(queue, state), 0, mostJobs - 1))),
  ]);
  for (const [index, state] of lists.entries()) for (const id of ofLists[index] ?? []) ids.set(id, state);
  for (const [index, state] of sets.entries()) for (const id of ofSets[index] ?? []) ids.set(id, state);
  return ids;
}

function isMatch(stored: Record<string, string>, wanted: WantedJob): boolean {
  if (wanted.name !== undefined && stored.name !== wanted.name) return false;
  if (wanted.data === undefined) return true;
  const data = parseJson(stored.data ?? '');
  return data !== undefined && findDifferences(wanted.data, data.value).length === 0;
}

/** `atm` counts the attempts that a worker ended, from BullMQ 5; `attemptsMade` did so before. */
function parseJob(id: string, stored: Record<string, string>, state: BullJob['state']): BullJob {
  return {
    id,
    name: stored.name ?? '',
    state,
    attempts: Number(stored.atm ?? stored.attemptsMade ?? 0),
    failedReason: stored.failedReason ?? '',
    returned: parseJson(stored.returnvalue ?? 'null')?.value ?? null,
    addedAt: Number(stored.timestamp ?? 0),
  };
}

/** A job that moves between two states is briefly in neither list. */
function guessState(stored: Record<string, string>): BullJob['state'] {
  if (stored.finishedOn === undefined) return stored.processedOn === undefined ? 'wait' : 'active';
  // A job that is done at its second attempt keeps the reason of the first.
  return stored.returnvalue === undefined && stored.failedReason ? 'failed' : 'completed';
}

/** With `removeOnComplete`, only the stream of events remembers a job, for a while. */
async function findRemoved(redis: Redis, queue: BullQueue, id: string): Promise<BullJob | undefined> {
  const events = await redis.xrevrange(buildKey(queue, 'events'), '+', '-', 'COUNT', 500);
  for (const [, fields] of events) {
    const event = Object.fromEntries(
      Array.from({ length: fields.length / 2 }, (_, index) => [fields[2 * index], fields[2 * index + 1]]),
    );
    if (event.jobId !== id || (event.event !== 'completed' && event.event !== 'failed')) continue;
    return {
      id,
      name: 'removed',
      state: event.event,
      attempts: event.attemptsMade === undefined ? 1 : Number(event.attemptsMade),
      failedReason: event.failedReason ?? '',
      returned: parseJson(event.returnvalue ?? 'null')?.value ?? null,
      addedAt: 0, // not in the stream
    };
  }
  return undefined;
}

function buildKey({ prefix, name }: BullQueue, rest: string): string {
  return `${prefix}:${name}:${rest}`;
}
