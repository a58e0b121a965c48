import type { Redis } from 'ioredis';
import { formatError } from '../core/errors.ts';
import type { FindingKind } from '../core/finding.ts';
import { startDeadline } from './deadline.ts';
import { connectionLost, malformedAnswer, NetworkError, timedOut, toNetworkError } from './network-error.ts';

export const invalidRedisUrl: FindingKind = {
  code: 'database/invalid-redis-url',
  severity: 'error',
  boundary: 'data',
  meaning: 'The URL is not one of Redis, so no connection was tried.',
  cause: 'An Upstash REST address (https://) in its place, quotes copied along with it, or an empty secret.',
  help: 'Write it as rediss://default:password@host:6379, with special characters of the password percent-encoded. A database is a number, such as /0.',
};

export interface RedisRequest {
  /** redis:// or rediss://, with credentials. */
  url: string;
  /** Milliseconds for the connection and all that is asked over it. */
  timeout: number;
  signal: AbortSignal;
}

/** Redis answered, and refused: the credentials, the command, or for a state that it is in. */
export class RedisRefused extends Error {
  /** Whether it passes by itself: it loads its data, fails over, or is busy. */
  readonly passing: boolean;

  constructor(message: string) {
    super(message);
    this.name = 'RedisRefused';
    this.passing = /\b(LOADING|CLUSTERDOWN|MASTERDOWN|BUSY|TRYAGAIN|max number of clients)\b/i.test(message);
  }

  /** Whether it is the user or the password that was refused (docs: Redis, AUTH and ACL). */
  get ofCredentials(): boolean {
    return /\b(WRONGPASS|NOAUTH|invalid password|invalid username)/i.test(this.message);
  }
}

/**
 * Whether Redis refused a single command: the user may not run it, the server lacks it, or the key is on another node of
 * the cluster (docs: Redis, ACL and cluster specification).
 */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && /^(NOPERM|MOVED|ASK|ERR)\b/.test(error.message);
}

/** `host:port`, the only part of a URL that a message may show; undefined for text that is not a Redis URL. */
export function formatRedisAddress(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol) || readDatabase(parsed) === undefined) return undefined;
  return parsed.host;
}

/** The number of the database; 0 without one, undefined if it is not a number. A client would read database 0 instead. */
function readDatabase({ pathname, searchParams }: URL): number | undefined {
  const text = searchParams.get('db') ?? pathname.slice(1);
  return /^\d{0,9}$/.test(text) ? Number(text) : undefined;
}

/**
 * Connects, works, and disconnects; a lost connection is not made again. Throws a NetworkError when there is no
 * connection or no answer in time, RedisRefused when Redis refuses, and the signal's reason when aborted.
 */
export async function withRedis<Result>(
  request: RedisRequest,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const { Redis } = await import('./ioredis.ts');
  const { url, timeout, signal } = request;
  const target = `Redis at ${formatRedisAddress(url) ?? 'an unknown host'}`;
  const deadline = startDeadline(timeout, signal);
  let lost: Error | undefined;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeout,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false, // it asks for INFO, which not every provider answers
    retryStrategy: () => null,
    disconnectTimeout: 100,
    connectionName: 'release-gates',
  });
  redis.on('error', (error: Error) => (lost ??= error)); // what is under way rejects with something vaguer
  // To disconnect only ends our side: a server that reads nothing would keep what is under way waiting for ever.
  const { promise: stopped, reject: stop } = Promise.withResolvers<never>();
  stopped.catch(() => {}); // only of interest to who races with it
  deadline.signal.addEventListener('abort', () => stop(deadline.signal.reason), { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([redis.connect(), stopped]);
    // The client selects it too, and ignores a refusal.
    const database = readDatabase(new URL(url)) ?? 0;
    if (database > 0) await Promise.race([redis.select(database), stopped]);
    return await Promise.race([work(redis), stopped]);
  } catch (error) {
    signal.throwIfAborted();
    const silence = deadline.passed && new NetworkError(timedOut, `${target} gave no answer within ${timeout} ms`);
    const failure = silence || explainFailure(error, lost, target);
    throw failure instanceof NetworkError ? await explainTls(failure, request, target) : failure;
  } finally {
    deadline.clear();
    redis.disconnect();
    redis.stream?.destroy();
  }
}

function explainFailure(error: unknown, lost: Error | undefined, target: string): unknown {
  const network = toNetworkError(lost, target) ?? toNetworkError(error, target);
  if (network) return network;
  if (/parser/i.test(getErrorName(error)) || /parser/i.test(getErrorName(lost)))
    return new NetworkError(malformedAnswer, `${target} does not answer like Redis`);
  if (isReply(error) || isReply(lost)) return new RedisRefused(formatError(isReply(error) ? error : lost));
  return explainClosing(error, target);
}

async function explainTls(failure: NetworkError, request: RedisRequest, target: string): Promise<NetworkError> {
  const { explainTlsMismatch } = await import('./redis-tls.ts');
  return explainTlsMismatch(failure, request, target);
}

/** What ioredis says when the other side closed without a word. */
function explainClosing(error: unknown, target: string): unknown {
  if (!/Connection is closed|Stream isn't writeable/.test(formatError(error))) return error;
  return new NetworkError(connectionLost, `${target} closed the connection`);
}

function getErrorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function isReply(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'ReplyError' || /^(WRONGPASS|NOAUTH|LOADING|ERR)\b/.test(error.message))
  );
}
