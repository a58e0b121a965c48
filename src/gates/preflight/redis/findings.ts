import type { FindingKind } from '../../../core/finding.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const wrongPolicy: FindingKind = {
  ...data,
  code: 'data/redis-eviction-policy',
  meaning:
    'Redis has another eviction policy than needed; when memory runs out it deletes keys that a queue needs, or refuses writes to a cache.',
  cause: 'The default of the provider, or one Redis for a cache and for queues.',
  help: 'Set `maxmemory-policy` at the provider (for queues: noeviction), or use a Redis of its own for each.',
};

export const noPersistence: FindingKind = {
  ...data,
  code: 'data/redis-not-persistent',
  meaning: 'Redis keeps its data in memory only, or could not save them, so a restart loses jobs and sessions.',
  cause: 'A plan without persistence, or a disk that is full.',
  help: 'Switch on AOF or RDB at the provider; if saving failed, look at its disk.',
};

export const lowMemory: FindingKind = {
  ...data,
  code: 'data/redis-memory-low',
  meaning: 'Redis has little memory left, so writes will soon be refused or keys evicted.',
  cause: 'Keys without an expiry, completed jobs that are never removed, or a plan that is too small.',
  help: 'Remove what is not needed (`removeOnComplete` for BullMQ), or choose a larger plan.',
};

export const oldRedis: FindingKind = {
  ...data,
  code: 'data/redis-too-old',
  meaning: 'Redis is older than what the release needs.',
  cause: 'An instance that was made long ago and never upgraded.',
  help: 'Upgrade it at the provider before you release.',
};

export const unreadableSetting: FindingKind = {
  ...data,
  severity: 'warning',
  code: 'data/redis-setting-unreadable',
  meaning: 'The provider does not let this setting of Redis be read, so it is not known whether it is right.',
  cause: 'Managed Redis refuses CONFIG or answers it with nothing.',
  help: "Look at the setting in the provider's console.",
};
