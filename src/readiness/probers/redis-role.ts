import { isDenied, redisSentinel } from '../../clients/redis/refusals.ts';
import type { RedisClient, RedisRequest } from '../../clients/redis/session.ts';
import { parseRedisUrl } from '../../clients/redis/url.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Where } from '../attempt.ts';

export const redisReplica: FindingKind = {
  code: 'database/redis-replica',
  severity: 'error',
  boundary: 'data',
  meaning: 'Redis is a replica, which rejects every write.',
  cause: 'The address is that of a reader endpoint, or a failover made another node the primary.',
  help: 'Use the address of the primary. If the service only reads, set `replica: true` on the probe.',
};

export const redisOpen: FindingKind = {
  code: 'database/redis-open',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Redis accepts everyone, so the password in the URL protects nothing and may be the wrong one.',
  cause: 'The default user of Redis has no password (`nopass`).',
  help: 'Set `requirepass` in Redis, or remove the password from the URL.',
};

/** Nobody has this key. Reading it shows whether the node serves keys at all. */
const noSuchKey = 'release-gates:no-such-key';

interface About {
  target: string;
  url: RedisRequest['url'];
  /** Whether a replica is enough. */
  replica?: boolean;
  where: Where;
}

/**
 * What keeps a Redis that answers PING from serving the release. Throws a GateError for a Sentinel, and RedisRefused from
 * a node of a cluster whose slots nobody serves (CLUSTERDOWN). What the user may not ask stays unknown.
 */
export async function checkRedisRole(redis: RedisClient, { target, url, replica, where }: About): Promise<Finding[]> {
  const [role] = await askList(() => redis.role());
  if (role === 'sentinel')
    throw new GateError([found(redisSentinel, { message: `${target} is a Sentinel.`, ...where })]);
  await askList(() => redis.get(noSuchKey));
  const findings = await findOpen(redis, { target, url, where });
  if (role === 'slave' && !replica)
    findings.push(found(redisReplica, { message: `${target} is a replica.`, ...where }));
  return findings;
}

/** docs: Redis, ACL GETUSER. A user with `nopass` is admitted with any password. */
async function findOpen(redis: RedisClient, { target, url, where }: About): Promise<Finding[]> {
  const { username, password } = parseRedisUrl(url) ?? {};
  if (!password) return [];
  const [name, flags] = await askList(() => redis.call('ACL', 'GETUSER', username ?? 'default'));
  const isOpen = name === 'flags' && Array.isArray(flags) && flags.includes('nopass');
  const message = `${target} accepts any password, so the gate cannot tell whether the one in the URL is right.`;
  return isOpen ? [found(redisOpen, { message, ...where })] : [];
}

/** The reply if it is a list; empty for any other reply, and for a command that the user or the provider may not run. */
async function askList(ask: () => Promise<unknown>): Promise<unknown[]> {
  try {
    const reply = await ask();
    return Array.isArray(reply) ? reply : [];
  } catch (error) {
    if (isDenied(error)) return [];
    throw error;
  }
}
