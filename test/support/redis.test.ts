import { describe, expect, test } from '@jest/globals';
import { type RedisOptions as ClientOptions, Redis } from 'ioredis';
import { startRedis } from './redis.ts';

async function ping(url: string, options: ClientOptions = {}): Promise<string> {
  const client = new Redis(url, { ...options, lazyConnect: true, retryStrategy: () => null });
  // Without a listener ioredis prints what the rejection of connect() or ping() already says.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.ping();
  } finally {
    // On a connection that has ended, disconnect() leaves a timer behind that holds the process up for two seconds.
    if (client.status !== 'end') client.disconnect();
  }
}

describe('a Redis for tests', () => {
  test('answers, keeps nothing on disk, and is gone once stopped', async () => {
    const redis = await startRedis({ config: { 'maxmemory-policy': 'noeviction' } });
    try {
      expect(await ping(redis.url)).toBe('PONG');
    } finally {
      await redis.stop();
    }
    await expect(ping(redis.url)).rejects.toThrow(/closed|ECONNREFUSED/);
  });

  test('refuses a client without its password', async () => {
    const redis = await startRedis({ password: 'generated / p@ss"word' });
    try {
      expect(await ping(redis.url)).toBe('PONG');
      const url = new URL(redis.url);
      url.password = '';
      await expect(ping(url.href)).rejects.toThrow(/NOAUTH|closed/);
    } finally {
      await redis.stop();
    }
  });

  test('is served over TLS with a certificate that can be verified', async () => {
    const redis = await startRedis({ tls: true });
    try {
      expect(redis.url).toMatch(/^rediss:/);
      expect(await ping(redis.url, { tls: { ca: redis.certificate } })).toBe('PONG');
    } finally {
      await redis.stop();
    }
  });

  test('says how to install a binary that is missing', async () => {
    await expect(startRedis({ command: 'redis-server-that-is-not-here' })).rejects.toThrow('run script/bootstrap');
  });

  test('shows what Redis said about a directive it does not know', async () => {
    await expect(startRedis({ config: { 'no-such-directive': 'yes' } })).rejects.toThrow('no-such-directive');
  });
});
