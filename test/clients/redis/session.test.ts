import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { NetworkError, toNetworkError } from '../../../src/clients/network-error.ts';
import { RedisRefused } from '../../../src/clients/redis/refusals.ts';
import {
  listClients,
  type RedisClient,
  RedisSession,
  withPatientRedis,
  withRedis,
} from '../../../src/clients/redis/session.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { type RedisOptions, startRedis } from '../../support/redis.ts';
import { startCluster } from '../../support/redis-cluster.ts';

const signal = new AbortController().signal;

async function start(options: RedisOptions = {}): Promise<string> {
  const running = await startRedis(options);
  onCleanUp(() => running.stop());
  return running.url;
}

/** The code of what it throws, with the message. */
async function codeOf(url: string, work: (redis: RedisClient) => Promise<unknown> = redis => redis.get('a')) {
  try {
    await withRedis({ url, timeout: 700, signal }, work);
    return 'worked';
  } catch (error) {
    if (error instanceof NetworkError) return `${error.kind.code}: ${error.message}`;
    if (error instanceof RedisRefused) return `${error.kind?.code ?? 'refused'}: ${error.message}`;
    throw error;
  }
}

/** A server that says this, whatever it is asked. */
async function saying(reply: string): Promise<string> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.on('data', data => socket.write(reply.repeat(data.toString().split('*').length - 1)));
  });
  onCleanUp(() => stopServer(server));
  return listen(server, 'redis');
}

describe('the cause of a refusal is named', () => {
  test('too many clients, which Redis says before it closes', async () => {
    const url = await start({ config: { maxclients: '1' } });
    const only = new Redis(url);
    onCleanUp(() => only.disconnect());
    await only.ping();
    expect(await codeOf(`${url}/3`)).toMatch(/^database\/redis-too-many-clients: ERR max number of clients reached/);
  });

  test.each([
    ['-LOADING Redis is loading the dataset in memory\r\n', 'database/redis-loading'],
    [
      "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n",
      'database/redis-primary-down',
    ],
    ['-CLUSTERDOWN Hash slot not served\r\n', 'database/redis-cluster-down'],
    ['-MISCONF Redis is configured to save RDB snapshots\r\n', 'database/redis-not-saving'],
    ["-OOM command not allowed when used memory > 'maxmemory'.\r\n", 'database/redis-out-of-memory'],
    ["-READONLY You can't write against a read only replica.\r\n", 'database/redis-read-only'],
    ["-NOPERM this user has no permissions to run the 'get' command\r\n", 'database/redis-not-permitted'],
    ['-ERR max requests limit exceeded. Limit: 500000, Usage: 500000.\r\n', 'database/redis-quota-used-up'],
    ['-ERR max daily request limit exceeded. Limit: 10000, Usage: 10000.\r\n', 'database/redis-quota-used-up'],
    ['-ERR max concurrent connections exceeded\r\n', 'database/redis-too-many-clients'],
    ['-WRONGPASS invalid username-password pair or user is disabled.\r\n', 'refused'],
  ])('%j', async (reply, code) => {
    expect(await codeOf(await saying(reply))).toContain(`${code}: ${reply.slice(1).trim()}`);
  });

  test('a script that does not end', async () => {
    const url = await start({ config: { 'lua-time-limit': '50' } });
    const runner = new Redis(url);
    onCleanUp(() => runner.disconnect());
    const running = runner.eval('while true do end', 0).catch(() => {});
    await delay(150); // of the server's own clock: from then on it answers BUSY
    expect(await codeOf(url)).toContain('database/redis-busy');
    await withRedis({ url, timeout: 1500, signal }, redis => redis.call('SCRIPT', 'KILL')).catch(() => {});
    await running;
  });

  test('a Sentinel', async () => {
    const sentinel = await startRedis({ sentinel: true });
    onCleanUp(() => sentinel.stop());
    expect(await codeOf(sentinel.url)).toContain('database/redis-sentinel');
  });

  test('plain text on a port of TLS, and the reverse', async () => {
    const tls = await start({ tls: true });
    expect(await codeOf(tls.replace('rediss:', 'redis:'))).toContain('network/tls-failed: Redis at');
    const plain = await start();
    expect(await codeOf(plain.replace('redis:', 'rediss:'))).toContain('network/tls-failed: Redis at');
  });

  test('a certificate of its own', async () => {
    expect(await codeOf(await start({ tls: true }))).toContain('network/certificate-self-signed');
  });
});

test('a server that wants a certificate of the client is named as such', async () => {
  const redis = await startRedis({ tls: true, config: { 'tls-auth-clients': 'yes', 'tls-ca-cert-dir': '/etc/ssl' } });
  onCleanUp(() => redis.stop());
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(redis.url).port), rejectUnauthorized: false });
  const [error] = await once(socket, 'error');
  expect(toNetworkError(error, 'Redis')?.kind.code).toBe('network/client-certificate-required');
});

test('a Valkey URL is one of Redis', async () => {
  expect(await codeOf((await start()).replace('redis:', 'valkey:'))).toBe('worked');
});

test('what passes by itself is waited for, what does not is not', async () => {
  let replies = ['-LOADING wait\r\n', '-LOADING wait\r\n', '$2\r\nok\r\n'];
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.on('data', data => {
      for (const command of data.toString().split('*').slice(1))
        socket.write(/\bget\b/i.test(command) ? (replies.shift() ?? '') : '+OK\r\n');
    });
  });
  onCleanUp(() => stopServer(server));
  const url = await listen(server, 'redis');
  const request = { url, timeout: 3000, signal, clock: systemClock };
  expect(await withPatientRedis(request, redis => redis.get('a'))).toBe('ok');
  replies = ['-MISCONF no\r\n', '$2\r\nok\r\n'];
  await expect(withPatientRedis(request, redis => redis.get('a'))).rejects.toThrow('MISCONF');
});

test('one connection serves all work, and a new one after it was lost', async () => {
  const url = await start();
  const session = new RedisSession(url);
  onCleanUp(() => session.close());
  const idOf = () => session.use({ timeout: 1500, signal }, async redis => Number(await redis.client('ID')));
  const first = await idOf();
  expect(await idOf()).toBe(first);
  const admin = new Redis(url);
  onCleanUp(() => admin.disconnect());
  await admin.client('KILL', 'ID', first);
  const next = await idOf().catch(idOf); // the loss may come to light only now
  expect(next).toBeGreaterThan(first);
});

test('a cluster is followed to the node that has the key', async () => {
  const cluster = await startCluster(2);
  onCleanUp(() => cluster.stop());
  const request = { url: cluster.url, timeout: 5000, signal };
  for (const key of ['a', 'b', 'c', 'd']) {
    expect(await withRedis(request, redis => redis.set(key, key))).toBe('OK');
    expect(await withRedis(request, redis => redis.get(key))).toBe(key);
  }
  const lists = await withRedis(request, async redis => {
    await redis.get('a');
    return listClients(redis);
  });
  expect(lists.join('')).toContain('name=release-gates');
  expect(await codeOf(`${cluster.url}/3`)).toContain('database/redis-no-such-database');
  expect(await codeOf(cluster.url, redis => redis.mget('a', 'b', 'c'))).toContain('database/redis-cross-slot');
});
