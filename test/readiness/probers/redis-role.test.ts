import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { onCleanUp } from '../../support/clean-up.ts';
import { type RedisOptions, type RunningRedis, startRedis } from '../../support/redis.ts';
import { codes, probeOne, seen } from '../support.ts';

const soon = 'consecutive: 1, for: 0s, deadline: 1ms, timeout: 2s';

async function host(options: RedisOptions): Promise<string> {
  const redis = await startRedis(options);
  onCleanUp(() => redis.stop());
  return new URL(redis.url).host;
}

const ask = (url: string, rules = soon) =>
  probeOne(`redis: REDIS_URL, ${rules}`, undefined, { variables: { REDIS_URL: url } });

/** A Redis that is called `redis-sentinel` is one. */
function sentinel(): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-gates-sentinel-'));
  onCleanUp(() => rmSync(folder, { recursive: true, force: true }));
  const command = join(folder, 'redis-sentinel');
  symlinkSync(execFileSync('sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).trim(), command);
  return command;
}

const replica = { config: { replicaof: '127.0.0.1 1' } };

test.each<[string, RedisOptions | (() => RedisOptions), string, string]>([
  ['a replica', replica, 'failed', 'database/redis-replica'],
  ['a Sentinel', () => ({ command: sentinel() }), 'error', 'database/redis-sentinel'],
  [
    'a node of a cluster whose slots nobody serves',
    { config: { 'cluster-enabled': 'yes' } },
    'failed',
    'database/redis-cluster-down',
  ],
])('%s answers PING and is not ready', async (_, options, verdict, code) => {
  const report = await ask(`redis://${await host(typeof options === 'function' ? options() : options)}`);
  expect([report.verdict, codes(report)]).toEqual([verdict, [`error ${code}`]]);
});

test('a replica is enough for who says so', async () => {
  expect((await ask(`redis://${await host(replica)}`, `replica: true, ${soon}`)).verdict).toBe('passed');
});

test('a user who may only run PING is ready, since the rest stays unknown', async () => {
  const address = await host({ config: { user: 'app on >fake-app-password nocommands +ping' } });
  expect(codes(await ask(`redis://app:fake-app-password@${address}`))).toEqual([]);
});

test('a queue in a replica takes no jobs', async () => {
  const report = await probeOne(`queue: emails, store: REDIS_URL, ${soon}`, undefined, {
    variables: { REDIS_URL: `redis://${await host(replica)}` },
  });
  expect(codes(report)).toContain('error database/redis-replica');
});

test('TLS on a port without it', async () => {
  const report = await ask(`rediss://${await host({})}`, soon.replace('2s', '200ms'));
  expect([report.verdict, codes(report)]).toEqual(['failed', ['error network/tls-failed']]);
  expect(seen(report)).toContain('speaks no TLS on this port');
});

test('no TLS on a port with it', async () => {
  const report = await ask(`redis://${await host({ tls: true })}`);
  expect([report.verdict, codes(report)]).toEqual(['failed', ['error network/tls-failed']]);
  expect(report.checks[0]?.findings[0]?.help).toBe('Begin the URL with rediss://.');
});

let running: RunningRedis;
beforeAll(async () => {
  running = await startRedis();
});
afterAll(() => running.stop());

test.each([
  ['default:fake-wrong-password@', '', 'passed', ['warning database/redis-open']],
  [':fake-wrong-password@', '', 'passed', ['warning database/redis-open']],
  ['app:fake-wrong-password@', '', 'error', ['error database/redis-refused']],
  ['', '/99', 'error', ['error database/redis-no-such-database']],
  ['', '/3', 'passed', []],
])('redis://%s…%s where everyone is admitted', async (credentials, database, verdict, expected) => {
  const report = await ask(`redis://${credentials}${new URL(running.url).host}${database}`);
  expect([report.verdict, codes(report)]).toEqual([verdict, expected]);
  expect(JSON.stringify(report)).not.toContain('wrong-password');
});
