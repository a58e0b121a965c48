import { notSaving, outOfMemory, primaryDown } from '../../clients/redis/refusals.ts';
import type { RedisClient } from '../../clients/redis/session.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Where } from '../attempt.ts';

export const nearlyFull: FindingKind = {
  code: 'database/redis-nearly-full',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Redis has little memory left and evicts nothing, so it will soon reject writes.',
  cause: 'Keys have no expiry, completed jobs are never removed, or the plan is too small.',
  help: 'Remove what nobody needs (`removeOnComplete` for BullMQ), or choose a larger plan.',
};

/** The share of `maxmemory` from which a Redis without eviction is nearly full. */
const fullFrom = 0.95;

/**
 * Whether Redis can go on serving: its memory, its last save, and a replica's link to its primary (docs: Redis, INFO).
 * Nothing where the user or the provider does not allow INFO.
 */
export async function judgeHealth(redis: RedisClient, target: string, where: Where): Promise<Finding[]> {
  const info = await readInfo(redis);
  const read = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const findings: Finding[] = [];
  const add = (kind: FindingKind, message: string, severity = kind.severity) =>
    findings.push(found(kind, { message: `${target} ${message}.`, severity, ...where }));
  if (read('master_link_status') === 'down') add(primaryDown, 'is a replica that has lost its primary', 'warning');
  const isRefusing = read('rdb_last_bgsave_status') === 'err' || read('aof_last_write_status') === 'err';
  if (isRefusing) add(notSaving, 'failed to save its data the last time it tried', 'warning');
  const share = Number(read('used_memory')) / Number(read('maxmemory'));
  if (read('maxmemory_policy') === 'noeviction' && Number.isFinite(share) && share >= fullFrom)
    add(share >= 1 ? outOfMemory : nearlyFull, `uses ${Math.round(share * 100)} % of its memory and evicts nothing`);
  return findings;
}

async function readInfo(redis: RedisClient): Promise<string> {
  try {
    return String(await redis.info());
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return '';
    throw error;
  }
}
