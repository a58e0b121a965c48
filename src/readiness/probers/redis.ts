import { withRedis } from '../../clients/redis.ts';
import type { RedisProbe } from '../../config/schema/probe/redis.ts';
import { formatDuration } from '../../core/duration.ts';
import { makeAttempt, type Prober, type Where } from '../attempt.ts';
import { convertRedisError, readRedisUrl } from './redis-errors.ts';
import { checkLatency } from './slow.ts';

export function probeRedis(probe: RedisProbe, where: Where): Prober {
  return async context => {
    const { url, target } = readRedisUrl(probe.redis, context, where);
    const started = performance.now();
    try {
      await withRedis({ url, timeout: probe.timeout, signal: context.signal }, redis => redis.ping());
      const took = performance.now() - started;
      const findings = checkLatency(target, took, probe.within, where);
      const word = findings.length > 0 ? 'slow' : 'PONG';
      return makeAttempt(findings, { word, detail: `PONG in ${formatDuration(took)}`, took, isolated: true });
    } catch (error) {
      return convertRedisError(error, target, where);
    }
  };
}
