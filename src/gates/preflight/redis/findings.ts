import type { FindingKind } from '../../../core/finding.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const wrongPolicy: FindingKind = {
  ...data,
  code: 'data/redis-eviction-policy',
  meaning:
    'The eviction policy of Redis is wrong. When memory runs out, Redis deletes keys that a queue needs, or rejects writes to a cache.',
  cause: "The provider's default applies, or a cache and queues share one Redis.",
  help: 'Set `maxmemory-policy` at the provider (for queues: noeviction), or use a separate Redis for each.',
};

export const noPersistence: FindingKind = {
  ...data,
  code: 'data/redis-not-persistent',
  meaning: 'Redis keeps its data only in memory, or failed to save it, so a restart loses jobs and sessions.',
  cause: 'The plan has no persistence, or the disk is full.',
  help: 'Switch on AOF or RDB at the provider. If saving failed, check the disk.',
};

export const lowMemory: FindingKind = {
  ...data,
  code: 'data/redis-memory-low',
  meaning: 'Redis has little memory left, so it will soon reject writes or evict keys.',
  cause: 'Keys have no expiry, completed jobs are never removed, or the plan is too small.',
  help: 'Remove what nobody needs (`removeOnComplete` for BullMQ), or choose a larger plan.',
};

export const oldRedis: FindingKind = {
  ...data,
  code: 'data/redis-too-old',
  meaning: 'Redis is older than the release needs.',
  cause: 'The instance was created long ago and never upgraded.',
  help: 'Upgrade Redis at the provider before you release.',
};

export const unreadableSetting: FindingKind = {
  ...data,
  severity: 'warning',
  code: 'data/redis-setting-unreadable',
  meaning: 'The provider hides this setting of Redis, so the gate cannot tell whether it is right.',
  cause: 'Managed Redis rejects CONFIG or returns nothing for it.',
  help: "Check the setting in the provider's console.",
};
