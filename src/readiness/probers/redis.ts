import { withRedis } from '../../clients/redis.ts';
import type { RedisProbe } from '../../config/schema/probe/redis.ts';
import { formatDuration } from '../../core/duration.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import { convertRedisError, readRedisUrl } from './redis-errors.ts';
import { checkRedisRole, redisReplica } from './redis-role.ts';
import { checkLatency } from './slow.ts';

export function probeRedis(probe: RedisProbe, where: Where): Prober {
  return async context => {
    const { url, target } = readRedisUrl(probe.redis, context, where);
    const started = performance.now();
    try {
      const { took, wrong } = await withRedis({ url, timeout: probe.timeout, signal: context.signal }, async redis => {
        await redis.ping();
        const took = performance.now() - started;
        return { took, wrong: await checkRedisRole(redis, { target, url, replica: probe.replica, where }) };
      });
      const slow = checkLatency(target, took, probe.within, where);
      const isReplica = wrong.some(({ code }) => code === redisReplica.code);
      const word = isReplica ? 'replica' : slow.length > 0 ? 'slow' : 'PONG';
      const detail = `PONG in ${formatDuration(took)}`;
      return makeAttempt([...wrong, ...slow], { word, detail, took, isolated: !isReplica });
    } catch (error) {
      return convertRedisError(error, target, where);
    }
  };
}
