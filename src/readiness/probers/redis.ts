import { randomUUID } from 'node:crypto';
import { type RedisClient, RedisSession } from '../../clients/redis/session.ts';
import type { RedisProbe } from '../../config/schema/probe/redis.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Finding } from '../../core/finding.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import { convertRedisError, readRedisUrl } from './redis-errors.ts';
import { judgeHealth } from './redis-health.ts';
import { checkRedisRole, redisReplica } from './redis-role.ts';
import { checkLatency } from './slow.ts';

/** Milliseconds to the next attempt: providers bill by the command. */
const pause = 1000;

export function probeRedis(probe: RedisProbe, where: Where): Prober {
  let session: RedisSession | undefined;
  const key = `${probe.key}${probe.key.endsWith(':') ? '' : ':'}${randomUUID()}`;
  const ask: Prober = async context => {
    const { url, target } = readRedisUrl(probe.redis, context, where);
    session ??= new RedisSession(url);
    const started = performance.now();
    try {
      const limits = { timeout: probe.timeout, signal: context.signal };
      const { took, wrong } = await session.use(limits, async redis => {
        await ping(redis);
        const took = performance.now() - started;
        const role = await checkRedisRole(redis, { target, url, replica: probe.replica, where });
        if (role.some(isError)) return { took, wrong: role };
        const wrong = [...role, ...(await judgeHealth(redis, target, where))];
        if (probe.writes && !wrong.some(isError)) await tryWrite(redis, key);
        return { took, wrong };
      });
      const slow = checkLatency(target, took, probe.within, where);
      const isWrong = wrong.some(isError);
      const isReplica = wrong.some(({ code }) => code === redisReplica.code);
      const word = isReplica ? 'replica' : isWrong ? 'not serving' : slow.length > 0 ? 'slow' : 'PONG';
      const detail = `PONG in ${formatDuration(took)}`;
      return { ...makeAttempt([...wrong, ...slow], { word, detail, took, isolated: !isWrong }), pause };
    } catch (error) {
      return convertRedisError(error, target, where);
    }
  };
  return Object.assign(ask, { close: () => session?.close() });
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

/** A user may lack PING: then the refusal is the answer (docs: Redis, ACL). */
async function ping(redis: RedisClient): Promise<void> {
  try {
    await redis.ping();
  } catch (error) {
    if (!(error instanceof Error && /^NOPERM\b/.test(error.message))) throw error;
  }
}

/** A key of the gate's own that ends by itself, should the gate be cut off before it deletes it. */
async function tryWrite(redis: RedisClient, key: string): Promise<void> {
  await redis.set(key, '1', 'EX', 60);
  await redis.del(key);
}
