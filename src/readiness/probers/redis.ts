import { withRedis } from '../../clients/redis.ts';
import type { RedisProbe } from '../../config/schema/probe/behind.ts';
import { formatDuration } from '../../core/duration.ts';
import { attemptOf, type Prober, type Where } from '../attempt.ts';
import { attemptOfRedisError, redisOf } from './redis-errors.ts';
import { slowFindings } from './slow.ts';

export function redisProber(probe: RedisProbe, where: Where): Prober {
  return async context => {
    const { url, target } = redisOf(probe.redis, context, where);
    const started = performance.now();
    try {
      await withRedis({ url, timeout: probe.timeout, signal: context.signal }, redis => redis.ping());
      const took = performance.now() - started;
      const findings = slowFindings(target, took, probe.within, where);
      const word = findings.length > 0 ? 'slow' : 'PONG';
      return attemptOf(findings, { word, detail: `PONG in ${formatDuration(took)}`, took, isolated: true });
    } catch (error) {
      return attemptOfRedisError(error, target, where);
    }
  };
}
