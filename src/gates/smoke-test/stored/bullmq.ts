import { type QueueEvent, readEvents } from '../../../clients/bullmq/events.ts';
import {
  buildKey,
  countEndedAttempts,
  isMarker,
  type JobState,
  lists,
  type QueueName,
  readDueTime,
  sets,
} from '../../../clients/bullmq/layout.ts';
import type { RedisClient } from '../../../clients/redis/session.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { findDifferences } from '../../../expectations/differences.ts';

/** A job as BullMQ keeps it in Redis. */
export interface BullJob {
  id: string;
  name: string;
  state: JobState;
  /** How many attempts workers have ended. */
  attempts: number;
  failedReason: string;
  returned: unknown;
  /** When the service added it, by the clock of the service; milliseconds since the epoch. */
  addedAt: number;
  /** When a delayed job is due; milliseconds since the epoch. */
  dueAt: number | undefined;
  /** Whether the queue has removed it, so that only its events are known. */
  removed: boolean;
}

/** Which job. Without an id, only a job added since then belongs to this run. */
export interface WantedJob {
  id?: string | undefined;
  name?: string | undefined;
  data?: unknown;
  /** Milliseconds since the epoch. */
  since: number;
}

/** How many ids of each end of a list or set are read, where the events do not name the job. */
const mostIds = 100;

/** Milliseconds between two looks at these. */
const listEvery = 1000;

/** The fields that change as a job is taken and ends. */
const moves = ['attemptsMade', 'ats', 'atm', 'finishedOn'];

/** How many jobs are read at once. */
const batch = 100;

/** How many of the jobs that workers have now are looked through. */
const mostActive = 1000;

/** How far the clocks of Redis and of the service may differ; milliseconds. */
const clockSkew = 60_000;

/** Looks for one job again and again, and reads only what happened since the last look. */
export class JobSearch {
  readonly #redis: RedisClient;
  readonly #queue: QueueName;
  readonly #wanted: WantedJob;
  #events: QueueEvent[] = [];
  #found: BullJob | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(redis: RedisClient, queue: QueueName, wanted: WantedJob) {
    this.#redis = redis;
    this.#queue = queue;
    this.#wanted = wanted;
  }

  /** Whether the queue has told of anything; BullMQ always does unless `maxLenEvents` is 0. */
  get hasEvents(): boolean {
    return this.#events.length > 0;
  }

  /** The newest job that matches; undefined if none does yet. */
  async look(): Promise<BullJob | undefined> {
    const { id, since } = this.#wanted;
    const last = this.#events.at(-1);
    const news = await readEvents(this.#redis, this.#queue, last ?? since - clockSkew);
    this.#events.push(...news);
    // A job that the events speak of does not change without one.
    if (news.length === 0 && this.#found && this.#events.some(({ jobId }) => jobId === this.#found?.id))
      return this.#found;
    this.#found = id === undefined ? await this.#findNewest() : ((await this.#readFirst([id])) ?? this.#recall(id));
    return this.#found;
  }

  async #findNewest(): Promise<BullJob | undefined> {
    const added = this.#listAdded();
    const job = await this.#readFirst(added);
    if (job || performance.now() - this.#listedAt < listEvery) return job;
    this.#listedAt = performance.now();
    return this.#readFirst(await this.#listIds(added));
  }

  /**
   * The newest job of the name that was added since, and that the queue removed as it ended: its data is not known.
   * Undefined if there is none, and for a job that is known by its id.
   */
  async recallRemoved(): Promise<BullJob | undefined> {
    if (this.#wanted.id !== undefined) return undefined;
    for (const id of this.#listAdded()) {
      const job = this.#recall(id);
      if (job && (await this.#redis.exists(this.#key(id))) === 0) return job;
    }
    return undefined;
  }

  /** The jobs that were added since, newest first. */
  #listAdded(): string[] {
    const { name, since } = this.#wanted;
    return this.#events
      .filter(({ event, at, fields }) => event === 'added' && at >= since && (name ?? fields.name) === fields.name)
      .map(({ jobId }) => jobId)
      .reverse();
  }

  /** What the events say of a job that ended. */
  #recall(id: string): BullJob | undefined {
    const ended = this.#events.findLast(({ jobId, event }) => jobId === id && /^(completed|failed)$/.test(event));
    if (!ended) return undefined;
    const { fields } = ended;
    const own = this.#events.filter(({ jobId }) => jobId === id);
    return {
      id,
      name: own.find(({ event }) => event === 'added')?.fields.name ?? 'removed',
      state: ended.event === 'failed' ? 'failed' : 'completed',
      attempts: Math.max(1, own.filter(({ event }) => event === 'active').length),
      failedReason: fields.failedReason ?? '',
      returned: parseJson(fields.returnvalue ?? 'null')?.value ?? null,
      addedAt: own[0]?.at ?? ended.at,
      dueAt: undefined,
      removed: true,
    };
  }

  /** Reads jobs in batches, and returns the newest of the first batch with one that matches. */
  async #readFirst(ids: string[]): Promise<BullJob | undefined> {
    for (let index = 0; index < ids.length; index += batch) {
      const part = ids.slice(index, index + batch);
      const read = await Promise.all(part.map(async id => ({ id, stored: await this.#redis.hgetall(this.#key(id)) })));
      const newest = read
        .filter(({ stored }) => isMatch(stored, this.#wanted))
        .sort((a, b) => Number(b.stored.timestamp) - Number(a.stored.timestamp))[0];
      if (newest) return this.#readWhole(newest.id, newest.stored);
    }
    return undefined;
  }

  /** Reads the state, and the job again if it moved meanwhile: its attempts mean nothing without its state. */
  async #readWhole(id: string, stored: Record<string, string>): Promise<BullJob> {
    const [state, again] = await Promise.all([this.#readState(id, stored), this.#redis.hgetall(this.#key(id))]);
    const hasMoved = moves.some(field => again[field] !== stored[field]);
    return hasMoved && again.name !== undefined ? this.#readWhole(id, again) : parseJob(id, stored, state);
  }

  async #readState(id: string, stored: Record<string, string>): Promise<{ state: JobState; dueAt?: number }> {
    // A job that is done at its second attempt keeps the reason of the first.
    if (stored.finishedOn !== undefined)
      return { state: stored.returnvalue === undefined && stored.failedReason ? 'failed' : 'completed' };
    const [due, prioritized, parent, active] = await Promise.all([
      this.#redis.zscore(this.#key('delayed'), id),
      this.#redis.zscore(this.#key('prioritized'), id),
      this.#redis.zscore(this.#key('waiting-children'), id),
      this.#redis.lrange(this.#key('active'), 0, mostActive - 1),
    ]);
    if (due !== null) return { state: 'delayed', dueAt: readDueTime(Number(due)) };
    if (prioritized !== null) return { state: 'prioritized' };
    if (parent !== null) return { state: 'waiting-children' };
    return { state: active.includes(id) ? 'active' : 'wait' };
  }

  /** The other jobs, both ends of each state: a queue may keep few events, or none. */
  async #listIds(known: string[]): Promise<string[]> {
    const read = await Promise.all([
      ...lists.flatMap(state => [
        this.#redis.lrange(this.#key(state), 0, mostIds - 1),
        this.#redis.lrange(this.#key(state), -mostIds, -1),
      ]),
      ...sets.flatMap(state => [
        this.#redis.zrevrange(this.#key(state), 0, mostIds - 1),
        this.#redis.zrange(this.#key(state), '0', String(mostIds - 1)),
      ]),
    ]);
    const ids = new Set(read.flat());
    for (const id of known) ids.delete(id);
    const others = [...ids].filter(id => !isMarker(id));
    const times = await Promise.all(others.map(id => this.#redis.hmget(this.#key(id), 'name', 'timestamp')));
    const { name, since } = this.#wanted;
    return others
      .map((id, index) => ({ id, name: times[index]?.[0], addedAt: Number(times[index]?.[1] ?? 0) }))
      .filter(job => job.addedAt >= since && (name ?? job.name) === job.name)
      .sort((a, b) => b.addedAt - a.addedAt)
      .map(({ id }) => id);
  }

  #key(rest: string): string {
    return buildKey(this.#queue, rest);
  }
}

/** Such as `3 wait, 1 active`, or `no jobs`. */
export async function countJobs(redis: RedisClient, queue: QueueName): Promise<string> {
  const counts = await Promise.all([
    ...lists.map(state => redis.llen(buildKey(queue, state))),
    ...sets.map(state => redis.zcard(buildKey(queue, state))),
  ]);
  const texts = counts.flatMap((count, index) => (count > 0 ? [`${count} ${[...lists, ...sets][index]}`] : []));
  return texts.length > 0 ? texts.join(', ') : 'no jobs';
}

function isMatch(stored: Record<string, string>, { id, name, data, since }: WantedJob): boolean {
  if (stored.name === undefined || (name !== undefined && stored.name !== name)) return false;
  if (id === undefined && Number(stored.timestamp ?? 0) < since) return false;
  if (data === undefined) return true;
  const actual = parseJson(stored.data ?? '');
  return actual !== undefined && findDifferences(data, actual.value).length === 0;
}

function parseJob(
  id: string,
  stored: Record<string, string>,
  { state, dueAt }: { state: JobState; dueAt?: number },
): BullJob {
  return {
    id,
    name: stored.name ?? '',
    state,
    attempts: countEndedAttempts(stored, state === 'active'),
    failedReason: stored.failedReason ?? '',
    returned: parseJson(stored.returnvalue ?? 'null')?.value ?? null,
    addedAt: Number(stored.timestamp ?? 0),
    dueAt,
    removed: false,
  };
}
