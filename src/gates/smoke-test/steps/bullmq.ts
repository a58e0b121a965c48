import type { Redis } from 'ioredis';
import { findDifferences, parseJson } from '../../../expectations/json.ts';

export interface BullQueue {
  prefix: string;
  name: string;
}

/** A job as BullMQ keeps it in Redis. */
export interface BullJob {
  id: string;
  name: string;
  state: State | 'gone';
  /** How often a worker has tried it. */
  attempts: number;
  failedReason: string;
  returned: unknown;
  /** When the service added it, by the clock of the service; milliseconds since the epoch. */
  addedAt: number;
}

/** Which job; where its id is not known, only one that was added since then is a job of this run. */
export interface WantedJob {
  id?: string | undefined;
  name?: string | undefined;
  data?: unknown;
  /** Milliseconds since the epoch. */
  since: number;
}

/**
 * Where the ids of jobs stand, by state; the sorted sets and the lists of BullMQ 5 and 6 (bullmq,
 * src/classes/scripts.ts and src/commands). A paused queue of BullMQ before 6 keeps its waiting jobs in `paused`.
 */
const lists = ['wait', 'active', 'paused'] as const;
const sets = ['completed', 'failed', 'delayed', 'prioritized', 'waiting-children'] as const;
type State = (typeof lists)[number] | (typeof sets)[number];

/** How many of the newest jobs of each state are looked at. */
const looked = 100;

/** The newest job that fits; undefined when there is none. */
export async function findJob(redis: Redis, queue: BullQueue, wanted: WantedJob): Promise<BullJob | undefined> {
  const states = await idsByState(redis, queue);
  const ids = wanted.id === undefined ? [...states.keys()] : [wanted.id];
  let newest: BullJob | undefined;
  for (const id of ids) {
    const stored = await redis.hgetall(keyOf(queue, id));
    if (stored.name === undefined || !fits(stored, wanted)) continue;
    const job = jobOf(id, stored, states.get(id) ?? stateOf(stored));
    if (wanted.id === undefined && job.addedAt < wanted.since) continue;
    if (newest === undefined || newest.addedAt <= job.addedAt) newest = job;
  }
  return newest ?? (wanted.id === undefined ? undefined : removedJob(redis, queue, wanted.id));
}

/** Such as `3 waiting and 1 active`, or `nothing in it`. */
export async function jobCounts(redis: Redis, queue: BullQueue): Promise<string> {
  const ofLists = await Promise.all(lists.map(state => redis.llen(keyOf(queue, state))));
  const ofSets = await Promise.all(sets.map(state => redis.zcard(keyOf(queue, state))));
  const counts = [...ofLists, ...ofSets].flatMap((count, index) =>
    count > 0 ? [`${count} ${[...lists, ...sets][index]}`] : [],
  );
  return counts.length > 0 ? counts.join(', ') : 'nothing in it';
}

async function idsByState(redis: Redis, queue: BullQueue): Promise<Map<string, State>> {
  const ids = new Map<string, State>();
  const ofLists = await Promise.all(lists.map(state => redis.lrange(keyOf(queue, state), 0, looked - 1)));
  const ofSets = await Promise.all(sets.map(state => redis.zrevrange(keyOf(queue, state), 0, looked - 1)));
  for (const [index, state] of lists.entries()) for (const id of ofLists[index] ?? []) ids.set(id, state);
  for (const [index, state] of sets.entries()) for (const id of ofSets[index] ?? []) ids.set(id, state);
  return ids;
}

function fits(stored: Record<string, string>, wanted: WantedJob): boolean {
  if (wanted.name !== undefined && stored.name !== wanted.name) return false;
  if (wanted.data === undefined) return true;
  const data = parseJson(stored.data ?? '');
  return data !== undefined && findDifferences(wanted.data, data.value).length === 0;
}

/** `atm` counts the attempts that a worker ended (BullMQ 5 on), `attemptsMade` did before. */
function jobOf(id: string, stored: Record<string, string>, state: BullJob['state']): BullJob {
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

/** A job between two states is in no list for a moment. */
function stateOf(stored: Record<string, string>): BullJob['state'] {
  if (stored.finishedOn === undefined) return stored.processedOn === undefined ? 'wait' : 'active';
  return stored.failedReason ? 'failed' : 'completed';
}

/** With `removeOnComplete` only the stream of events remembers a job, for a while. */
async function removedJob(redis: Redis, queue: BullQueue, id: string): Promise<BullJob | undefined> {
  const events = await redis.xrevrange(keyOf(queue, 'events'), '+', '-', 'COUNT', 500);
  for (const [, fields] of events) {
    const event = Object.fromEntries(
      Array.from({ length: fields.length / 2 }, (_, index) => [fields[2 * index], fields[2 * index + 1]]),
    );
    if (event.jobId !== id || (event.event !== 'completed' && event.event !== 'failed')) continue;
    return {
      id,
      name: 'removed since',
      state: event.event,
      attempts: event.attemptsMade === undefined ? 1 : Number(event.attemptsMade),
      failedReason: event.failedReason ?? '',
      returned: parseJson(event.returnvalue ?? 'null')?.value ?? null,
      addedAt: 0, // the stream does not say
    };
  }
  return undefined;
}

function keyOf({ prefix, name }: BullQueue, rest: string): string {
  return `${prefix}:${name}:${rest}`;
}
