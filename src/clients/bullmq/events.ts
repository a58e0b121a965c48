import type { RedisClient } from '../redis/session.ts';
import { buildKey, type QueueName } from './layout.ts';

/** An entry of a queue's stream of events (taskforcesh/bullmq, src/commands): `added`, `waiting`, `active`, `completed`, … */
export interface QueueEvent {
  /** Of the entry in the stream. */
  id: string;
  event: string;
  jobId: string;
  /** By the clock of Redis; milliseconds since the epoch. */
  at: number;
  fields: Record<string, string>;
}

const page = 1000;

/** A queue keeps 10,000 events unless it is told otherwise. */
const mostPages = 10;

/** The events since a time (milliseconds since the epoch) or after an event, oldest first. */
export async function readEvents(
  redis: RedisClient,
  queue: QueueName,
  from: number | QueueEvent,
): Promise<QueueEvent[]> {
  const events: QueueEvent[] = [];
  let start = typeof from === 'number' ? String(Math.max(0, Math.floor(from))) : nextId(from.id);
  for (let pages = 0; pages < mostPages; pages++) {
    const entries = await redis.xrange(buildKey(queue, 'events'), start, '+', 'COUNT', page);
    events.push(...entries.map(readEntry));
    const last = entries.at(-1);
    if (!last || entries.length < page) break;
    start = nextId(last[0]);
  }
  return events;
}

/** The smallest id after this one; `(` for an open range came with Redis 6.2. */
function nextId(id: string): string {
  const [time = '0', count = '0'] = id.split('-');
  return `${time}-${Number(count) + 1}`;
}

function readEntry([id, list]: [string, string[]]): QueueEvent {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < list.length; index += 2) fields[list[index] ?? ''] = list[index + 1] ?? '';
  return { id, event: fields.event ?? '', jobId: fields.jobId ?? '', at: Number(id.split('-')[0]), fields };
}

/**
 * The id of the last event: as long as it stays the same, no job was added, taken or ended. `none` without a stream;
 * undefined if the user may not ask.
 */
export async function readLastEventId(redis: RedisClient, queue: QueueName): Promise<string | undefined> {
  try {
    const reply: unknown = await redis.xinfo('STREAM', buildKey(queue, 'events'));
    const list = Array.isArray(reply) ? reply : [];
    const at = list.indexOf('last-generated-id');
    return at < 0 ? undefined : String(list[at + 1]);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
    return /no such key/i.test(error.message) ? 'none' : undefined;
  }
}
