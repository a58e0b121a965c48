import {
  clusterDown,
  isSentinel,
  notSaving,
  outOfMemory,
  primaryDown,
  readOnly,
} from '../../clients/redis/refusals.ts';
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

/** What to judge: a service that writes, one that only reads, or an address of which nobody said. */
export type Access = 'read-write' | 'read-only' | undefined;

/**
 * Whether Redis serves, beyond PING: its role, its memory, its last save, the slots of a cluster. What the user may not
 * ask, or the provider does not answer, is left out (docs: Redis, ROLE, INFO, CLUSTER INFO).
 */
export async function judgeHealth(
  redis: RedisClient,
  access: Access,
  about: Where & { target: string },
): Promise<Finding[]> {
  const { target, ...where } = about;
  const [role, info] = await Promise.all([tryAsk(redis.call('ROLE')), tryAsk(redis.info())]);
  const read = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(String(info ?? ''))?.[1];
  const findings: Finding[] = [];
  const add = (kind: FindingKind, message: string, severity = kind.severity) =>
    findings.push(found(kind, { message: `${target} ${message}.`, severity, ...where }));
  const name = Array.isArray(role) ? String(role[0]) : read('role');
  if (name === 'sentinel') add(isSentinel, 'is a Sentinel');
  if (name === 'slave' && access !== 'read-only') add(readOnly, 'is a replica, which rejects every write');
  if (name === 'slave' && read('master_link_status') === 'down')
    add(primaryDown, 'is a replica that has lost its primary');
  const isRefusing = read('rdb_last_bgsave_status') === 'err' || read('aof_last_write_status') === 'err';
  if (isRefusing) add(notSaving, 'failed to save its data the last time it tried', 'warning');
  const memory = judgeMemory(read);
  if (memory !== undefined)
    add(memory >= 1 ? outOfMemory : nearlyFull, `uses ${Math.round(memory * 100)} % of its memory and evicts nothing`);
  if (read('cluster_enabled') === '1') {
    const state = /^cluster_state:(\w+)/m.exec(String((await tryAsk(redis.cluster('INFO'))) ?? ''))?.[1];
    if (state !== undefined && state !== 'ok') add(clusterDown, `is of a cluster whose state is ${state}`);
  }
  return findings;
}

/** The share of the memory in use, where it is nearly all of it and Redis evicts nothing. */
function judgeMemory(read: (name: string) => string | undefined): number | undefined {
  const [used, most] = [Number(read('used_memory')), Number(read('maxmemory'))];
  if (read('maxmemory_policy') !== 'noeviction' || !(most > 0) || !(used / most >= fullFrom)) return undefined;
  return used / most;
}

/** The reply, or undefined if Redis refuses the command. */
async function tryAsk(reply: Promise<unknown>): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined;
    throw error;
  }
}
