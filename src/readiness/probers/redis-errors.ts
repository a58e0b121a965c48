import { connectionLost, connectionRefused, timedOut } from '../../clients/network-error.ts';
import { RedisRefused } from '../../clients/redis/refusals.ts';
import { formatRedisAddress, invalidRedisUrl, recognizeRedisText } from '../../clients/redis/url.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { endSentence } from '../../core/sentence.ts';
import { type Attempt, convertNetworkError, type Where } from '../attempt.ts';

export const redisRefused: FindingKind = {
  code: 'database/redis-refused',
  severity: 'error',
  boundary: 'data',
  meaning: 'Redis answered, but rejected the connection or the command.',
  cause: 'The password was rotated, the user may not run the command, or the server is still loading its data.',
  help: "Set the secret to this environment's URL. For other reasons, see Redis's own message.",
};

/**
 * The URL in a variable, masked from now on, and its name in messages. Throws a GateError if it is not a Redis URL.
 */
export function readRedisUrl(
  variable: string,
  context: GateContext,
  { place }: Pick<Where, 'place'>,
): { url: string; target: string } {
  const url = readSecret(context, variable, { purpose: 'the configuration', place });
  const name = formatRedisAddress(url);
  if (name !== undefined) return { url, target: `Redis at ${name}` };
  const other = recognizeRedisText(url);
  const message = `The value of ${variable} is ${other ? `${other.name}, ` : ''}not a Redis URL.`;
  const help = other?.help ?? invalidRedisUrl.help;
  throw new GateError([found(invalidRedisUrl, { message, help, ...(place && { place }) })]);
}

/** Throws for wrong credentials, which no attempt can change; waits for a server that is still starting. */
export function convertRedisError(error: unknown, target: string, where: Where): Attempt {
  if (!(error instanceof RedisRefused)) return adviseOnConnection(convertNetworkError(error, target, where));
  const message = endSentence(`${target} rejected the request: ${error.message}`);
  const finding = found(error.kind ?? redisRefused, { message, ...where });
  if (!error.passing) throw new GateError([finding]);
  return { verdict: 'failed', findings: [finding], word: 'not ready' };
}

/** The findings for Redis where no connection stood, which for a service would lead to the wrong log. */
function adviseOnConnection(attempt: Attempt): Attempt {
  const findings = attempt.findings.map(finding => {
    const isOfConnection = [connectionRefused, connectionLost, timedOut].some(({ code }) => code === finding.code);
    return isOfConnection ? { ...finding, help: helpWithConnection } : finding;
  });
  return { ...attempt, findings };
}

const helpWithConnection =
  "Run `redis-cli -u $REDIS_URL PING` from the runner, and check the host and port of the URL, Redis's state and allow list at its provider, and the provider's status page.";
