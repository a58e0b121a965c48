import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { onCleanUp } from '../../support/clean-up.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { startRedis } from '../../support/redis.ts';
import { codes, run, seen, serveJson } from './support.ts';

async function redis(config: Record<string, string>): Promise<string> {
  const running = await startRedis({ config });
  onCleanUp(() => running.stop());
  return running.url;
}

const ask = (url: string, wanted: string, more: Record<string, string> = {}) =>
  run(`redis: { queue: { store: REDIS_URL, ${wanted} } }`, { variables: { REDIS_URL: url, ...more } });

/** A Redis that answers only what its provider lets through; of the rest it says this. */
async function provider(answers: Record<string, string>, otherwise: string): Promise<string> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.on('data', data => {
      // Commands come as arrays (docs: Redis, protocol); their first words tell them apart.
      const words = [...data.toString().matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, word = '']) => word.toLowerCase());
      const commands = data.toString().split(/(?=\*\d+\r\n)/).length;
      for (let index = 0; index < commands; index++) {
        const key = words.includes('config') ? 'config' : words.includes('info') ? 'info' : 'other';
        socket.write(answers[key] ?? (key === 'other' ? '+OK\r\n' : otherwise));
      }
    });
  });
  onCleanUp(() => stopServer(server));
  const url = await listen(server, 'redis');
  return url;
}

describe('[G2] the eviction policy', () => {
  test('is as wanted, or is not', async () => {
    const url = await redis({ 'maxmemory-policy': 'noeviction' });
    expect((await ask(url, 'policy: noeviction')).verdict).toBe('passed');
    const report = await ask(url, 'policy: allkeys-lru');
    expect(codes(report)).toEqual(['error data/redis-eviction-policy']);
    expect(seen(report)).toBe('Redis queue has the eviction policy noeviction, expected allkeys-lru.');
  });

  test.each([
    ['refuses CONFIG', '-ERR unknown command\r\n', 'says "ERR unknown command"'],
    ['answers it with nothing', '*0\r\n', 'answers CONFIG GET with nothing'],
  ])('of a provider that %s is not known, and not passed', async (_, config, words) => {
    const url = await provider({ config, info: '$8\r\n# Server\r\n' }, config);
    const report = await ask(url, 'policy: noeviction');
    expect([report.verdict, codes(report)]).toEqual(['inconclusive', ['warning data/redis-setting-unreadable']]);
    expect(seen(report)).toContain(words);
  });

  test("of Upstash is read through Upstash's own API", async () => {
    const url = await provider({ config: '*0\r\n', info: '$0\r\n\r\n' }, '*0\r\n');
    const api = await serveJson({
      '/redis/database/db-1': { eviction: false },
      '/redis/database/db-2': { eviction: true },
    });
    const keys = {
      UPSTASH_API_URL: api.url,
      UPSTASH_EMAIL: 'ada@example.com',
      UPSTASH_API_KEY: 'not-a-real-upstash-key',
    };
    expect((await ask(url, 'policy: noeviction, persistence: true, upstash: db-1', keys)).verdict).toBe('passed');
    expect(codes(await ask(url, 'policy: noeviction, upstash: db-2', keys))).toEqual([
      'error data/redis-eviction-policy',
    ]);
  });
});

describe('[V3] persistence, memory and version', () => {
  test('are as wanted', async () => {
    const url = await redis({ appendonly: 'yes', maxmemory: '1gb' });
    expect(codes(await ask(url, 'persistence: true, memory-below: 80%, at-least: "5.0"'))).toEqual([]);
  });

  test('are not', async () => {
    const url = await redis({ maxmemory: '1mb' });
    const report = await ask(url, 'persistence: true, memory-below: 10%, at-least: "99"');
    expect(codes(report)).toEqual([
      'error data/redis-not-persistent',
      'error data/redis-memory-low',
      'error data/redis-too-old',
    ]);
  });
});

describe('[V3] the version of a compatible server', () => {
  const reporting = (info: string) => provider({ info: `$${info.length}\r\n${info}\r\n`, config: '*0\r\n' }, '*0\r\n');

  test.each([
    ['redis_version:7.2.4\r\nvalkey_version:8.1.0', '8.0', []],
    ['redis_version:7.2.4\r\nvalkey_version:8.1.0', '9.0', ['error data/redis-too-old']],
    ['redis_version:7.4.0\r\ndragonfly_version:df-v1.25.1', '6.2', []],
    ['redis_version:7.4.0\r\ndragonfly_version:df-v1.25.1', '1.30', ['error data/redis-too-old']],
    ['redis_version:6.3.4\r\nmvcc_depth:0', '6.2', []],
    ['redis_version:6.3.4\r\nmvcc_depth:0', '7.0', ['error data/redis-too-old']],
    ['redis_version:6.2.6\r\nupstash_version:1.10.5', '6.2', []],
  ])('%j against %s', async (info, least, expected) => {
    expect(codes(await ask(await reporting(info), `at-least: "${least}"`))).toEqual(expected);
  });

  test('says nothing of memory without a limit', async () => {
    const report = await ask(await redis({ maxmemory: '0' }), 'memory-below: 80%');
    expect([report.verdict, codes(report)]).toEqual(['inconclusive', ['warning data/redis-setting-unreadable']]);
    expect(report.checks[0]?.findings[0]?.help).toContain('Set `maxmemory`');
  });
});

test('a Redis that refuses the password is an error, without the password', async () => {
  const running = await startRedis({ password: 'fake-redis-password' });
  onCleanUp(() => running.stop());
  const report = await ask(running.url.replace('fake-redis-password', 'fake-other-password'), 'policy: noeviction');
  expect([report.verdict, codes(report)]).toEqual(['error', ['error database/redis-refused']]);
  expect(JSON.stringify(report)).not.toContain('other-password');
});

test('what is no Redis says so in time', async () => {
  const server = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  onCleanUp(() => stopServer(server));
  const url = await listen(server, 'redis');
  const report = await ask(url, 'policy: noeviction');
  expect(report.verdict).not.toBe('passed');
  expect(codes(report)).toEqual([expect.stringMatching(/network\/(malformed-answer|connection-lost)/)]);
});
