import type { Redis } from 'ioredis';
import { withRedis as connect, formatRedisAddress, invalidRedisUrl, RedisRefused } from '../../../clients/redis.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const redisRefused: FindingKind = {
  code: 'smoke/redis-refused',
  severity: 'error',
  boundary: 'data',
  meaning: 'Redis refused the connection or the command of a step, so the step decided nothing.',
  cause: 'The credentials are wrong, the user may not run the command, or the command is not valid.',
  help: 'Run the command by hand with the same URL.',
};

/** Connects to the Redis of a step, does the work, and disconnects. Does not reconnect. */
export async function withRedis<Result>(
  step: Step & { declared: { store: string } },
  timeout: number,
  visit: Visit,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const { store } = step.declared;
  const url = visit.run.plan.variables.get(store) ?? '';
  const name = formatRedisAddress(url);
  if (name === undefined) {
    // The client would look up the value as a host, and it may be a secret.
    const message = `${step.label}: the value of ${store} is not a Redis URL.`;
    throw new StepEnded({ verdict: 'error', findings: [found(invalidRedisUrl, { message, ...visit.locate(step) })] });
  }
  try {
    return await connect({ url, timeout, signal: visit.context.signal }, work);
  } catch (error) {
    if (!(error instanceof RedisRefused)) throw error;
    const message = `${step.label}: Redis at ${name} refused: ${error.message}.`;
    throw new StepEnded({ verdict: 'error', findings: [found(redisRefused, { message, ...visit.locate(step) })] });
  }
}
