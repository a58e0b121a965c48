import { RedisRefused } from '../../../clients/redis/refusals.ts';
import { type RedisClient, withPatientRedis } from '../../../clients/redis/session.ts';
import { formatRedisAddress, invalidRedisUrl, recognizeRedisText } from '../../../clients/redis/url.ts';
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

/** Connects to the Redis of a step, does the work, and disconnects. Waits for a Redis that is not ready yet. */
export async function withRedis<Result>(
  step: Step & { declared: { store: string } },
  timeout: number,
  visit: Visit,
  work: (redis: RedisClient) => Promise<Result>,
): Promise<Result> {
  const { store } = step.declared;
  const url = visit.run.plan.variables.get(store) ?? '';
  const name = formatRedisAddress(url);
  if (name === undefined) {
    // The client would look up the value as a host, and it may be a secret.
    const other = recognizeRedisText(url);
    const message = `${step.label}: the value of ${store} is ${other ? `${other.name}, ` : ''}not a Redis URL.`;
    const help = other?.help ?? invalidRedisUrl.help;
    const finding = found(invalidRedisUrl, { message, help, ...visit.locate(step) });
    throw new StepEnded({ verdict: 'error', findings: [finding] });
  }
  try {
    const { clock, signal } = visit.context;
    return await withPatientRedis({ url, timeout, signal, clock }, work);
  } catch (error) {
    if (!(error instanceof RedisRefused)) throw error;
    const message = `${step.label}: Redis at ${name} refused: ${error.message}.`;
    const finding = found(error.kind ?? redisRefused, { message, ...visit.locate(step) });
    throw new StepEnded({ verdict: 'error', findings: [finding] });
  }
}
