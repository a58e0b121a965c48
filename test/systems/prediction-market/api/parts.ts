import type { CookieSerializeOptions } from '@fastify/cookie';
import type { Redis } from 'ioredis';
import { type Accounts, createAccounts } from './accounts.ts';
import type { AllowsOrigin } from './browser-security.ts';
import { connectDatabase, type Database } from './database.ts';
import { createMarketEvents, type MarketEvents } from './events.ts';
import { createMarkets, type Markets } from './markets.ts';
import { createOrders, type Orders } from './orders.ts';
import { createRateLimiter, type RateLimiter } from './rate-limit.ts';
import { type CheckReadiness, createReadiness } from './readiness.ts';
import { connectRedis, disconnect } from './redis.ts';
import { RELEASES } from './requirements.ts';
import type { Settings } from './settings.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** Everything the application is put together from. */
export interface Parts {
  database: Database;
  redis: Redis;
  accounts: Accounts;
  markets: Markets;
  orders: Orders;
  events: MarketEvents;
  tokens: Tokens;
  limiter: RateLimiter;
  allowsOrigin: AllowsOrigin;
  cookies: CookieSerializeOptions;
  /** What a WebSocket answers to a ping. */
  pong: () => { event: string } | undefined;
  checkReadiness: CheckReadiness;
  /** Throws when the process is not alive. */
  checkHealth: () => Promise<void>;
  version: { commit: string; schema: string };
  close(): Promise<void>;
}

export function createParts(settings: Settings, onError: (error: Error) => void): Parts {
  const database = connectDatabase(settings.databaseUrl, onError);
  const redis = connectRedis(settings.redisUrl, onError);
  const subscriber = connectRedis(settings.redisUrl, onError);
  return {
    database,
    redis,
    accounts: createAccounts(database),
    markets: createMarkets(database, settings.release),
    orders: createOrders(database),
    events: createMarketEvents(redis, subscriber),
    tokens: createTokens({ access: settings.accessSecret, refresh: settings.refreshSecret }),
    limiter: createRateLimiter(redis, settings.rateLimit),
    allowsOrigin: origin => settings.origins.includes(origin),
    cookies: { httpOnly: true, secure: settings.cookieSecure, sameSite: 'lax', path: '/' },
    pong: () => ({ event: 'pong' }),
    checkReadiness: createReadiness({ database, redis, subscriber, release: settings.release }),
    checkHealth: async () => undefined,
    version: { commit: settings.commit, schema: RELEASES[settings.release].migration },
    close: async () => {
      disconnect(redis);
      disconnect(subscriber);
      await database.end();
    },
  };
}
