import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import { ApiError } from './errors.ts';

export interface Hit {
  allowed: boolean;
  remaining: number;
  /** Milliseconds until the window ends. */
  resetMs: number;
}

export interface RateLimiter {
  readonly max: number;
  /** Counts one request of a client. Throws when the count cannot be kept. */
  hit(client: string): Promise<Hit>;
}

/** A fixed window per client, counted in Redis so that all instances share it. It starts with the first request. */
export function createRateLimiter(redis: Redis, { max, windowMs }: { max: number; windowMs: number }): RateLimiter {
  return {
    max,
    async hit(client) {
      const key = `rate:${client}`;
      const results = await redis.multi().set(key, 0, 'PX', windowMs, 'NX').incr(key).pttl(key).exec();
      const [, count, ttl] = (results ?? []).map(([error, value]) => {
        if (error) throw error;
        return Number(value);
      });
      if (count === undefined || ttl === undefined) throw new Error('Redis did not count the request');
      return { allowed: count <= max, remaining: Math.max(0, max - count), resetMs: Math.max(0, ttl) };
    },
  };
}

/** Limits every route below /api, each on its own. When it cannot count it refuses: a limiter must not fail open. */
export function limitRequests(app: FastifyInstance, limiter: RateLimiter): void {
  app.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url;
    if (route === undefined || !route.startsWith('/api/')) return;
    const hit = await limiter.hit(`${request.ip}:${request.method}:${route}`).catch((error: unknown) => {
      request.log.error(error);
      throw new ApiError(503, 'RATE_LIMITER_UNAVAILABLE', 'requests cannot be counted now; try again later');
    });
    const seconds = Math.ceil(hit.resetMs / 1000);
    reply.headers({
      'ratelimit-limit': limiter.max,
      'ratelimit-remaining': hit.remaining,
      'ratelimit-reset': seconds,
    });
    if (hit.allowed) return;
    reply.header('retry-after', seconds);
    throw new ApiError(429, 'RATE_LIMITED', `more than ${limiter.max} requests; try again in ${seconds} s`);
  });
}
