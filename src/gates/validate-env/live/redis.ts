import { NetworkError } from '../../../clients/network-error.ts';
import { RedisRefused } from '../../../clients/redis/refusals.ts';
import { type RedisClient, withPatientRedis } from '../../../clients/redis/session.ts';
import { parseRedisUrl } from '../../../clients/redis/url.ts';
import type { LiveRedis } from '../../../config/schema/variables/live.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Tried } from './answers.ts';
import type { Live } from './live.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const redisCredentials: FindingKind = {
  ...data,
  code: 'env/redis-credentials-refused',
  meaning: 'Redis rejects the user or the password, or requires one that the address lacks.',
  cause: 'A password that was rotated, a secret of another environment, or a user that does not exist.',
  help: 'Set the variable to the address of this environment, with user and password.',
};

export const redisDenied: FindingKind = {
  ...data,
  code: 'env/redis-permission-denied',
  meaning: 'Redis denies the user a command or key that the service needs.',
  cause: 'The access control list lacks a command or key prefix, the token is read-only, or the address is a replica.',
  help: "Extend the user's access control list, or use the user that the service is meant to have.",
};

export const redisWritable: FindingKind = {
  ...data,
  code: 'env/redis-writable',
  meaning: 'A connection that should only read can write.',
  cause: 'The address of the primary, or a user with all rights.',
  help: 'Use a user, a token or a replica that can only read.',
};

export const redisUnwell: FindingKind = {
  ...data,
  code: 'env/redis-unwell',
  meaning: 'Redis cannot serve now, so the credentials could not be verified.',
  cause: 'Redis is loading its data, has too many clients, or is out of memory.',
  help: 'Check the state of Redis at its provider, then run the gate again.',
};

/** Connects, authenticates, and tries what the user may do on a key that does not exist. Changes nothing. */
export async function tryRedis(
  live: Omit<Live, 'declared'>,
  { access, key, within }: LiveRedis,
  signal: AbortSignal,
): Promise<Outcome> {
  const { name, value, where } = live;
  try {
    return await withPatientRedis({ url: value, timeout: within, signal, clock: live.context.clock }, async redis => {
      await redis.ping().catch(error => {
        if (!isDenial(error)) throw error; // a user without PING has signed in all the same
      });
      const findings = access === undefined ? [] : await judgeAccess(redis, access, key, live);
      return concludeFrom(findings, await describeConnection(redis, value));
    });
  } catch (error) {
    return concludeError(error, name, where);
  }
}

const helpWithAddress =
  'Check host, port and scheme of the address, whether Redis runs, and whether it lets this runner in.';

function concludeError(error: unknown, name: string, where: Live['where']): Outcome {
  if (error instanceof NetworkError) {
    const finding = error.finding(where);
    const help = error.help === error.kind.help ? helpWithAddress : error.help;
    return { verdict: error.verdict, findings: [{ ...finding, message: `${name}: ${finding.message}`, help }] };
  }
  if (!(error instanceof RedisRefused)) throw error;
  // Only its first word: the rest may quote the command.
  const message = `${name}: Redis answered ${error.message.split(' ')[0]}.`;
  if (error.ofCredentials) return { verdict: 'failed', findings: [found(redisCredentials, { message, ...where })] };
  if (isDenial(error)) return { verdict: 'failed', findings: [found(redisDenied, { message, ...where })] };
  return { verdict: 'error', findings: [found(error.kind ?? redisUnwell, { message, ...where })] };
}

/** Deleting a key that does not exist needs write access and changes nothing. */
async function judgeAccess(
  redis: RedisClient,
  access: 'read-write' | 'read-only',
  prefix: string,
  { name, where }: Tried,
): Promise<Finding[]> {
  const key = `${prefix}${prefix.endsWith(':') ? '' : ':'}release-gates-no-such-key`;
  await redis.get(key);
  if (access === 'read-write') {
    await redis.del(key);
    return [];
  }
  try {
    await redis.del(key);
  } catch (error) {
    if (isDenial(error)) return []; // as it must be
    throw error;
  }
  return [found(redisWritable, { message: `${name} can write to Redis, but the contract says read-only.`, ...where })];
}

/** docs: Redis, ACL (NOPERM) and replication (READONLY). */
function isDenial(error: unknown): boolean {
  return error instanceof Error && /\b(NOPERM|READONLY)\b/.test(error.message);
}

/** Names the user, unless it may not run ACL or the provider lacks the command. */
async function describeConnection(redis: RedisClient, url: string): Promise<string> {
  const tls = parseRedisUrl(url)?.tls ? 'TLS' : 'no TLS';
  try {
    return `PONG, user ${String(await redis.call('ACL', 'WHOAMI'))}, ${tls}`;
  } catch (error) {
    if (isDenial(error) || (error instanceof Error && error.message.startsWith('ERR'))) return `PONG, ${tls}`;
    throw error;
  }
}
