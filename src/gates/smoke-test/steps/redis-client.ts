import type { Redis } from 'ioredis';
import { withRedis as connected, formatRedisAddress, invalidRedisUrl, RedisRefused } from '../../../clients/redis.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const redisRefused: FindingKind = {
  code: 'smoke/redis-refused',
  severity: 'error',
  boundary: 'data',
  meaning: 'Redis refused the connection or the command of a step, so nothing was asked.',
  cause: 'Wrong credentials, a user who may not use the command, or a fault in the command.',
  help: 'Try the command by hand with the same URL.',
};

/** Connects to the Redis of a step, works with it, and disconnects. A lost connection is not made again. */
export async function withRedis<Result>(
  store: string,
  timeout: number,
  step: Step,
  visit: Visit,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const url = visit.run.plan.variables.get(store) ?? '';
  const name = formatRedisAddress(url);
  if (name === undefined) {
    // Nothing is tried: the client would make a host of what may be a secret.
    const message = `${step.label}: the value of ${store} is no URL of Redis.`;
    throw new StepEnded({ verdict: 'error', findings: [found(invalidRedisUrl, { message, ...visit.where(step) })] });
  }
  try {
    return await connected({ url, timeout, signal: visit.context.signal }, work);
  } catch (error) {
    if (!(error instanceof RedisRefused)) throw error;
    const message = `${step.label}: Redis at ${name} refused: ${error.message}.`;
    throw new StepEnded({ verdict: 'error', findings: [found(redisRefused, { message, ...visit.where(step) })] });
  }
}
