import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allStarted, stopAll } from '../../support/clean-up.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import { validate } from './support.ts';

// T6: Redis that refuses its credentials is found before the deploy.
const password = 'fake-redis-91c4d7';
let redis: RunningRedis;
let encrypted: RunningRedis;
let limited: RunningRedis;

beforeAll(async () => {
  [redis, encrypted, limited] = await allStarted(
    startRedis({ password }),
    startRedis({ tls: true, password }),
    startRedis({
      config: {
        user: 'reader on >fake-reader-2b7f ~app:* +get +ping +acl|whoami +client',
        'user silent': 'on >fake-silent-4d1e ~app:* +get',
        'rename-command': '"FLUSHALL" ""',
      },
    }),
  );
});

afterAll(() => stopAll(redis, encrypted, limited));

async function tried(live: string, url: string) {
  const report = await validate(`REDIS_URL: { type: redis-url, live: ${live} }`, { REDIS_URL: url });
  const check = report.checks.find(({ name }) => name === 'api.REDIS_URL: live');
  return { verdict: check?.verdict, detail: check?.detail, codes: check?.findings.map(({ code }) => code) };
}

const changed = (from: string, change: (url: URL) => void) => {
  const url = new URL(from);
  change(url);
  return url.href;
};

test('a password that is right', async () => {
  expect(await tried('{ access: read-write }', redis.url)).toEqual({
    verdict: 'passed',
    detail: 'PONG, user default, no TLS',
    codes: [],
  });
});

describe('a user with an access control list', () => {
  const asReader = () => {
    return changed(limited.url, url => {
      url.username = 'reader';
      url.password = 'fake-reader-2b7f';
    });
  };

  test('that may do what is declared', async () => {
    expect(await tried('{ access: read-only, key: "app:" }', asReader())).toMatchObject({
      verdict: 'passed',
      detail: 'PONG, user reader, no TLS',
    });
  });

  test.each([
    ['to write', '{ access: read-write, key: "app:" }'],
    ['another prefix', '{ access: read-only, key: "other:" }'],
  ])('that may not: %s', async (_, live) => {
    expect(await tried(live, asReader())).toMatchObject({ verdict: 'failed', codes: ['env/redis-permission-denied'] });
  });

  test('that may not PING', async () => {
    const { host } = new URL(limited.url);
    const url = `redis://silent:fake-silent-4d1e@${host}`;
    expect(await tried('{ access: read-only, key: "app:" }', url)).toMatchObject({ verdict: 'passed' });
  });

  test('that may write and must not', async () => {
    expect(await tried('{ access: read-only }', limited.url)).toMatchObject({
      verdict: 'failed',
      codes: ['env/redis-writable'],
    });
  });
});

describe('ways to fail', () => {
  test('[T6] a wrong password', async () => {
    expect(
      await tried(
        'true',
        changed(redis.url, url => (url.password = 'fake-wrong-77aa')),
      ),
    ).toMatchObject({
      verdict: 'failed',
      codes: ['env/redis-credentials-refused'],
    });
  });

  test('[T6] no password where one is needed', async () => {
    expect(
      await tried(
        'true',
        changed(redis.url, url => (url.password = '')),
      ),
    ).toMatchObject({
      verdict: 'failed',
      codes: ['env/redis-credentials-refused'],
    });
  });

  test('a certificate that no one signed', async () => {
    expect(await tried('true', encrypted.url)).toMatchObject({
      verdict: 'failed',
      codes: [expect.stringMatching(/^network\/.*certificate/)],
    });
  });

  test('plain text where TLS is spoken', async () => {
    const { verdict, codes } = await tried(
      '{ within: 2s }',
      changed(encrypted.url, url => (url.protocol = 'redis:')),
    );
    expect(verdict).toBe('failed');
    expect(codes?.[0]).toMatch(/^network\//);
  });

  test('TLS where plain text is spoken', async () => {
    const { verdict, codes } = await tried(
      '{ within: 2s }',
      changed(redis.url, url => (url.protocol = 'rediss:')),
    );
    expect(verdict).toBe('failed');
    expect(codes?.[0]).toMatch(/^network\//);
  });

  test('nobody who listens', async () => {
    expect(await tried('true', 'redis://127.0.0.1:1')).toMatchObject({
      verdict: 'failed',
      codes: ['network/connection-refused'],
    });
  });

  test('an unknown host, which says nothing of the release', async () => {
    expect(await tried('true', 'redis://no-such-host.invalid:6379')).toMatchObject({
      verdict: 'error',
      codes: ['network/unknown-host'],
    });
  });

  describe('a server that says nothing', () => {
    let silent: Server;
    let address: string;

    beforeAll(async () => {
      silent = createServer(() => {});
      address = await listen(silent, 'redis');
    });

    afterAll(() => stopServer(silent));

    test('is a time-out', async () => {
      expect(await tried('{ within: 300ms }', address)).toMatchObject({
        verdict: 'failed',
        codes: ['network/timed-out'],
      });
    });
  });
});
