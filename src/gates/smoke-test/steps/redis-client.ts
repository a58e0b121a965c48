import type { Redis } from 'ioredis';
import { startDeadline } from '../../../clients/deadline.ts';
import { asNetworkError, NetworkError, timedOut } from '../../../clients/network-error.ts';
import { messageOf } from '../../../core/errors.ts';
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
  remedy: 'Try the command by hand with the same URL.',
};

/** Milliseconds until a connection is given up. */
const connectTimeout = 5000;

/** Connects to the Redis of a step, works with it, and disconnects. A lost connection is not made again. */
export async function withRedis<Result>(
  store: string,
  timeout: number,
  step: Step,
  visit: Visit,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const { Redis } = await import('../../../clients/ioredis.ts');
  const url = visit.run.plan.variables.get(store) ?? '';
  const name = URL.canParse(url) ? new URL(url).host : store;
  const deadline = startDeadline(timeout, visit.context.signal);
  let lost: Error | undefined;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: Math.min(timeout, connectTimeout),
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectionName: 'release-gates',
  });
  redis.on('error', (error: Error) => (lost = error)); // the command under way rejects with something vaguer
  const stop = () => redis.disconnect();
  deadline.signal.addEventListener('abort', stop, { once: true });
  try {
    await redis.connect();
    return await work(redis);
  } catch (error) {
    visit.context.signal.throwIfAborted();
    if (error instanceof StepEnded) throw error;
    if (deadline.passed) throw new NetworkError(timedOut, `Redis at ${name} gave no answer within ${timeout} ms`);
    const network = asNetworkError(lost ?? error, `Redis at ${name}`) ?? asNetworkError(error, `Redis at ${name}`);
    if (network) throw network;
    const seen = `${step.label}: Redis at ${name} refused: ${messageOf(lost ?? error)}.`;
    throw new StepEnded({ verdict: 'error', findings: [found(redisRefused, { seen, ...visit.where(step) })] });
  } finally {
    deadline.clear();
    redis.disconnect();
  }
}
