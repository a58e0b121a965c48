import { randomUUID } from 'node:crypto';
import { type RedisClient, RedisSession } from '../../clients/redis/session.ts';
import type { RedisProbe } from '../../config/schema/probe/redis.ts';
import { formatDuration } from '../../core/duration.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import { convertRedisError, readRedisUrl } from './redis-errors.ts';
import { judgeHealth } from './redis-health.ts';
import { checkLatency } from './slow.ts';

/** Milliseconds to the next attempt: providers bill by the command. */
const pause = 1000;

export function probeRedis(probe: RedisProbe, where: Where): Prober {
  let session: RedisSession | undefined;
  const key = `${probe.key}${probe.key.endsWith(':') ? '' : ':'}${randomUUID()}`;
  const ask: Prober = async context => {
    const { url, target } = readRedisUrl(probe.redis, context, where);
    session ??= new RedisSession(url);
    try {
      const limits = { timeout: probe.timeout, signal: context.signal };
      const { took, findings } = await session.use(limits, async redis => {
        const started = performance.now();
        await ping(redis);
        const took = performance.now() - started;
        const findings = await judgeHealth(redis, probe.access, { ...where, target });
        if (probe.access === 'read-write' && findings.every(({ severity }) => severity !== 'error'))
          await tryWrite(redis, key);
        return { took, findings };
      });
      const slow = checkLatency(target, took, probe.within, where);
      const word = slow.length > 0 ? 'slow' : 'PONG';
      const isolated = findings.every(({ severity }) => severity !== 'error');
      const detail = `PONG in ${formatDuration(took)}`;
      return { ...makeAttempt([...findings, ...slow], { word, detail, took, isolated }), pause };
    } catch (error) {
      return convertRedisError(error, target, where);
    }
  };
  return Object.assign(ask, { close: () => session?.close() });
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
