import { formatRedisAddress, invalidRedisUrl, RedisRefused } from '../../clients/redis.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { type Attempt, convertNetworkError, type Where } from '../attempt.ts';

export const redisRefused: FindingKind = {
  code: 'database/redis-refused',
  severity: 'error',
  boundary: 'data',
  meaning: 'Redis answered, and refused what it was asked.',
  cause: 'A password that was rotated, a user without the right to the command, or a server that still loads its data.',
  help: 'Set the secret anew with the URL of this environment; for other reasons see what Redis says.',
};

/**
 * The URL of a variable, hidden from now on, and what messages call it. Throws a GateError for what is no URL of Redis.
 */
export function readRedisUrl(
  variable: string,
  context: GateContext,
  { place }: Pick<Where, 'place'>,
): { url: string; target: string } {
  const url = readSecret(context, variable, 'the configuration', place);
  const name = formatRedisAddress(url);
  if (name !== undefined) return { url, target: `Redis at ${name}` };
  const message = `The value of ${variable} is no URL of Redis.`;
  throw new GateError([found(invalidRedisUrl, { message, ...(place && { place }) })]);
}

/** Wrong credentials would be so for ever and say nothing of the release; a server that still starts is waited for. */
export function convertRedisError(error: unknown, target: string, where: Where): Attempt {
  if (!(error instanceof RedisRefused)) return convertNetworkError(error, target, where);
  const finding = found(redisRefused, { message: `${target} refused: ${error.message}.`, ...where });
  if (!error.passing) throw new GateError([finding]);
  return { verdict: 'failed', findings: [finding], word: 'not ready' };
}
