import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type { Clock } from '../../core/clock.ts';
import { formatError } from '../../core/errors.ts';
import { startDeadline } from '../deadline.ts';
import { connectionLost, malformedAnswer, NetworkError, timedOut, toNetworkError } from '../network-error.ts';
import { RedisRefused, redisSentinel } from './refusals.ts';
import { lookAgain } from './second-look.ts';
import { formatRedisAddress, parseRedisUrl, type RedisAddress } from './url.ts';

/** A server, or a cluster of them: the same commands. */
export type RedisClient = Redis | Cluster;

/** What one piece of work may take. */
export interface RedisLimits {
  /** Milliseconds for the connection and all that is asked over it. */
  timeout: number;
  signal: AbortSignal;
}

export interface RedisRequest extends RedisLimits {
  /** redis:// or rediss://, with credentials. */
  url: string;
}

/** One connection to Redis, kept from one piece of work to the next, and made again after it was lost. */
export class RedisSession {
  readonly #address: RedisAddress;
  readonly #target: string;
  #client: RedisClient | undefined;
  /** Whether a node said that the keys are elsewhere. */
  #isCluster = false;
  /** What the connection reported: what is under way rejects with something vaguer. */
  #lost: Error | undefined;

  /** Throws for a text that is not a Redis URL: its callers have checked it. */
  constructor(url: string) {
    const address = parseRedisUrl(url);
    if (!address) throw new Error('The text is not a Redis URL');
    this.#address = address;
    this.#target = `Redis at ${formatRedisAddress(url)}`;
  }

  /**
   * Works over the connection. Throws a NetworkError when there is no connection or no answer in time, RedisRefused when
   * Redis refuses, and the signal's reason when aborted.
   */
  async use<Result>({ timeout, signal }: RedisLimits, work: (redis: RedisClient) => Promise<Result>): Promise<Result> {
    const deadline = startDeadline(timeout, signal);
    // To disconnect only ends our side: a server that reads nothing would keep what is under way waiting for ever.
    const { promise: stopped, reject: stop } = Promise.withResolvers<never>();
    stopped.catch(() => {}); // only of interest to who races with it
    deadline.signal.addEventListener('abort', () => stop(deadline.signal.reason), { once: true });
    const attempt = async () => {
      const client = this.#client ?? (await this.#connect(timeout, stopped));
      return await Promise.race([work(client), stopped]);
    };
    try {
      signal.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        // A node of a cluster names the node that has the key, and has done nothing (docs: Redis, cluster specification).
        if (this.#isCluster || !/^(MOVED|ASK) /.test(formatError(error))) throw error;
        this.close();
        this.#isCluster = true;
        return await attempt();
      }
    } catch (error) {
      const explained = deadline.passed ? this.#explainSilence(timeout) : await this.#explain(error, stopped);
      signal.throwIfAborted();
      this.close();
      throw await this.#lookAgain(explained, signal);
    } finally {
      deadline.clear();
    }
  }

  close(): void {
    this.#client?.disconnect();
    // A server that reads nothing would keep the connection.
    if (this.#client && 'stream' in this.#client) this.#client.stream?.destroy();
    this.#client = undefined;
    this.#lost = undefined;
  }

  async #connect(timeout: number, stopped: Promise<never>): Promise<RedisClient> {
    const { Cluster, Redis } = await import('./ioredis.ts');
    const { host, port, username, password, tls, database } = this.#address;
    const options: RedisOptions = {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(tls && { tls: {} }),
      protocol: 2, // a reply has one shape, whatever the server speaks
      lazyConnect: true,
      connectTimeout: timeout,
      maxRetriesPerRequest: 0,
      enableReadyCheck: false, // it asks for INFO, which not every provider answers
      disconnectTimeout: 100,
      connectionName: 'release-gates',
      disableClientInfo: true, // two commands that nobody needs
    };
    const client = this.#isCluster
      ? new Cluster([{ host, port }], {
          redisOptions: options,
          lazyConnect: true,
          enableReadyCheck: false,
          clusterRetryStrategy: () => null,
          slotsRefreshTimeout: timeout,
          dnsLookup: (address, callback) => callback(null, address), // the names of certificates (ioredis README, ElastiCache)
        })
      : new Redis({ ...options, host, port, retryStrategy: () => null });
    client.on('error', (error: Error) => (this.#lost ??= error));
    this.#client = client;
    await Promise.race([client.connect(), stopped]);
    // The client selects it too, and ignores a refusal.
    if (database > 0) await Promise.race([client.select(database), stopped]);
    return client;
  }

  #explainSilence(timeout: number): Error {
    const nodes = this.#isCluster ? ', a cluster, all of whose nodes the runner must reach,' : '';
    return new NetworkError(timedOut, `${this.#target}${nodes} gave no answer within ${timeout} ms`);
  }

  async #explain(error: unknown, stopped: Promise<never>): Promise<unknown> {
    const lost = readNodeError(this.#lost);
    const target = this.#target;
    const network = toNetworkError(lost, target) ?? toNetworkError(error, target);
    if (network) return network;
    if (/parser/i.test(getErrorName(error)) || /parser/i.test(getErrorName(lost)))
      return new NetworkError(malformedAnswer, `${target} does not answer like Redis`);
    if (/unknown command/i.test(formatError(error)) && (await this.#hasRole('sentinel', stopped)))
      return new RedisRefused(`it is a Sentinel`, redisSentinel);
    if (isReply(error)) return new RedisRefused(formatError(error));
    if (isReply(lost)) return new RedisRefused(formatError(lost));
    if (!/Connection is closed|Stream isn't writeable|None of startup nodes/.test(formatError(error))) return error;
    return new NetworkError(connectionLost, `${target} closed the connection`);
  }

  async #hasRole(role: string, stopped: Promise<never>): Promise<boolean> {
    if (!this.#client) return false;
    const reply: unknown = await Promise.race([this.#client.call('ROLE'), stopped]).catch(() => undefined);
    return Array.isArray(reply) && reply[0] === role;
  }

  async #lookAgain(error: unknown, signal: AbortSignal): Promise<unknown> {
    if (!(error instanceof NetworkError)) return error;
    return lookAgain(error, { address: this.#address, signal }, this.#target);
  }
}

/** Connects, works, and disconnects. Throws what `RedisSession.use` throws. */
export async function withRedis<Result>(
  request: RedisRequest,
  work: (redis: RedisClient) => Promise<Result>,
): Promise<Result> {
  const session = new RedisSession(request.url);
  try {
    return await session.use(request, work);
  } finally {
    session.close();
  }
}

/** Milliseconds between two tries of a Redis that is not ready yet. */
const pause = 250;

/** The same, again while Redis refuses for a state that passes by itself, as long as the timeout lasts. */
export async function withPatientRedis<Result>(
  request: RedisRequest & { clock: Clock },
  work: (redis: RedisClient) => Promise<Result>,
): Promise<Result> {
  const { clock, timeout, signal } = request;
  const until = clock.now() + timeout;
  for (;;) {
    try {
      return await withRedis({ ...request, timeout: Math.max(1, until - clock.now()) }, work);
    } catch (error) {
      if (!(error instanceof RedisRefused && error.passing) || clock.now() + pause >= until) throw error;
      await clock.sleep(pause, signal);
    }
  }
}

/** CLIENT LIST of each node; a server is its only node. */
export function listClients(redis: RedisClient): Promise<string[]> {
  const nodes = 'nodes' in redis ? redis.nodes('all') : [redis];
  return Promise.all(nodes.map(async node => String(await node.client('LIST'))));
}

/** A cluster that could not be entered has the reason of the node that was asked last. */
function readNodeError(error: Error | undefined): unknown {
  return error && 'lastNodeError' in error && error.lastNodeError ? error.lastNodeError : error;
}

function getErrorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function isReply(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'ReplyError' || /^(WRONGPASS|NOAUTH|LOADING|ERR)\b/.test(error.message))
  );
}
