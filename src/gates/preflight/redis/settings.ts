import type { Redis } from 'ioredis';
import { formatError } from '../../../core/errors.ts';

/** What a Redis tells of itself; undefined where it does not. */
export interface Settings {
  version: string | undefined;
  policy: string | undefined;
  /** Bytes; 0 stands for no bound. */
  maxMemory: number | undefined;
  usedMemory: number | undefined;
  /** Whether data are kept on disk, by RDB or AOF. */
  persistent: boolean | undefined;
  /** Whether the last save of either kind failed. */
  saveFailed: boolean;
  /** How it answered where it does not tell, for messages. */
  silence: string;
}

/** Reads them by INFO, and by CONFIG GET for what that does not have; either can be refused or hidden by a provider. */
export async function readSettings(redis: Redis): Promise<Settings> {
  const info = await told(() => redis.info());
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info.value ?? '')?.[1];
  const policy = await configured(redis, 'maxmemory-policy');
  const save = await configured(redis, 'save');
  const aof = field('aof_enabled');
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const saves = save.value === undefined ? undefined : save.value !== '';
  return {
    version: field('redis_version'),
    policy: field('maxmemory_policy') ?? policy.value,
    maxMemory: number(field('maxmemory') ?? (await configured(redis, 'maxmemory')).value),
    usedMemory: number(field('used_memory')),
    persistent: aof === '1' ? true : saves,
    saveFailed: field('rdb_last_bgsave_status') === 'err' || field('aof_last_write_status') === 'err',
    silence: policy.refusal ?? info.refusal ?? 'answers CONFIG GET with nothing',
  };
}

async function configured(redis: Redis, name: string): Promise<{ value?: string | undefined; refusal?: string }> {
  const { value, refusal } = await told(() => redis.config('GET', name));
  const list: unknown[] = Array.isArray(value) ? value : []; // of Upstash an empty one for what it hides
  return { value: list.length >= 2 ? String(list[1]) : undefined, ...(refusal && { refusal }) };
}

async function told<Value>(ask: () => Promise<Value>): Promise<{ value?: Value; refusal?: string }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return { refusal: `says "${formatError(error)}"` };
    throw error;
  }
}
