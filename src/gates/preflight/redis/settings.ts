import type { RedisClient } from '../../../clients/redis/session.ts';
import { formatError } from '../../../core/errors.ts';

/** What a Redis reports about itself; undefined for what it hides. */
export interface Settings {
  version: string | undefined;
  /** Of a server that is compatible with Redis, its name and its own version. */
  own: { name: string; version: string } | undefined;
  policy: string | undefined;
  /** Bytes; 0 means no limit. */
  maxMemory: number | undefined;
  usedMemory: number | undefined;
  /** Whether Redis keeps its data on disk, by RDB or AOF. */
  persistent: boolean | undefined;
  /** Whether the last save of either kind failed. */
  saveFailed: boolean;
  /** How Redis answered for what it hides, for messages. */
  silence: string;
}

/** Reads the settings with INFO, and with CONFIG GET what INFO lacks; a provider can reject or hide both. */
export async function readSettings(redis: RedisClient): Promise<Settings> {
  const info = await tryCommand(() => redis.info());
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info.value ?? '')?.[1];
  const policy = await readConfig(redis, 'maxmemory-policy');
  const save = await readConfig(redis, 'save');
  const aof = field('aof_enabled');
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const saves = save.value === undefined ? undefined : save.value !== '';
  return {
    version: field('redis_version'),
    own: readOwnVersion(field),
    policy: field('maxmemory_policy') ?? policy.value,
    maxMemory: number(field('maxmemory') ?? (await readConfig(redis, 'maxmemory')).value),
    usedMemory: number(field('used_memory')),
    persistent: aof === '1' ? true : saves,
    saveFailed: field('rdb_last_bgsave_status') === 'err' || field('aof_last_write_status') === 'err',
    silence: policy.refusal ?? info.refusal ?? 'answers CONFIG GET with nothing',
  };
}

/** The field of INFO in which each compatible server gives its own version; `redis_version` is what it imitates. */
const servers = { valkey_version: 'Valkey', dragonfly_version: 'Dragonfly', upstash_version: 'Upstash' };

function readOwnVersion(field: (name: string) => string | undefined): Settings['own'] {
  for (const [key, name] of Object.entries(servers)) {
    const version = field(key)?.replace(/^df-/, '').replace(/^v/, '');
    if (version !== undefined) return { name, version };
  }
  // KeyDB writes its own version into `redis_version` (Snapchat/KeyDB, src/server.cpp).
  const version = field('mvcc_depth') === undefined ? undefined : field('redis_version');
  return version === undefined ? undefined : { name: 'KeyDB', version };
}

async function readConfig(redis: RedisClient, name: string): Promise<{ value?: string | undefined; refusal?: string }> {
  const { value, refusal } = await tryCommand(() => redis.config('GET', name));
  const list: unknown[] = Array.isArray(value) ? value : []; // Upstash returns an empty list for what it hides
  return { value: list.length >= 2 ? String(list[1]) : undefined, ...(refusal && { refusal }) };
}

async function tryCommand<Value>(ask: () => Promise<Value>): Promise<{ value?: Value; refusal?: string }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return { refusal: `says "${formatError(error)}"` };
    throw error;
  }
}
