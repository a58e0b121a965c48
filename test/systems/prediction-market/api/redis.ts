import { Redis } from 'ioredis';

/** A connection that reconnects for ever, and whose commands fail at once while there is no connection. */
export function connectRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: 1_000,
    connectTimeout: 1_000,
    // How long a connection that is lost already may keep a process up that wants to end.
    disconnectTimeout: 100,
    retryStrategy: attempt => Math.min(attempt * 50, 1_000),
  });
  redis.on('error', onError);
  return redis;
}

export function disconnect(redis: Redis): void {
  if (redis.status !== 'end') redis.disconnect();
}
