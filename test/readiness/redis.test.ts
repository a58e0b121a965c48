import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { onCleanUp } from '../support/clean-up.ts';
import { freePort } from '../support/free-port.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { codes, probeOne } from './support.ts';

const soon = 'consecutive: 1, for: 0s, deadline: 1ms';
const withUrl = (url: string) => ({ variables: { REDIS_URL: url } });

let redis: RunningRedis;
beforeAll(async () => {
  redis = await startRedis({ password: 'fake-redis-password', config: { 'repl-diskless-sync-delay': '0' } });
});
afterAll(() => redis.stop());

describe('a Redis that answers PING and does not serve', () => {
  const ask = (url: string, more = '') => probeOne(`redis: REDIS_URL, ${soon}${more}`, undefined, withUrl(url));
  const start = async (config: Record<string, string>) => {
    const running = await startRedis({ config });
    onCleanUp(() => running.stop());
    return running.url;
  };

  test('as a replica', async () => {
    const { port, password } = new URL(redis.url);
    const url = await start({ replicaof: `127.0.0.1 ${port}`, masterauth: password });
    const admin = new Redis(url);
    onCleanUp(() => admin.disconnect());
    while (!(await admin.info('replication')).includes('master_link_status:up')) await delay(20);
    expect(codes(await ask(url))).toEqual(['error database/redis-replica']);
    expect(codes(await ask(url, ', replica: true'))).toEqual([]);
    await admin.replicaof('127.0.0.1', String(await freePort()));
    expect(codes(await ask(url, ', replica: true'))).toEqual(['warning database/redis-primary-down']);
  });

  test('as a node of a cluster without slots', async () => {
    const url = await start({ 'cluster-enabled': 'yes', 'cluster-port': String(await freePort()) });
    expect(codes(await ask(url))).toEqual(['error database/redis-cluster-down']);
  });

  test('with its memory full, or nearly', async () => {
    const url = await start({ 'maxmemory-policy': 'noeviction' });
    const admin = new Redis(url);
    onCleanUp(() => admin.disconnect());
    await admin.setrange('large', 20_000_000, 'x');
    const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
    await admin.config('SET', 'maxmemory', used * 2);
    expect(codes(await ask(url, ', writes: true'))).toEqual([]);
    await admin.config('SET', 'maxmemory', Math.round(used / 0.97));
    expect(codes(await ask(url))).toEqual(['warning database/redis-nearly-full']);
    await admin.config('SET', 'maxmemory', Math.round(used / 1.1));
    expect(codes(await ask(url))).toEqual(['error database/redis-out-of-memory']);
  });

  test('as one that could not save', async () => {
    const url = await start({ save: '"3600 1"', dbfilename: 'taken' });
    const admin = new Redis(url);
    onCleanUp(() => admin.disconnect());
    await admin.set('kept', '1');
    const [, folder = ''] = (await admin.config('GET', 'dir')) as string[];
    await mkdir(join(folder, 'taken')); // in place of the file
    await admin.bgsave();
    while (!(await admin.info('persistence')).includes('rdb_last_bgsave_status:err')) await delay(20);
    expect(codes(await ask(url))).toEqual(['error database/redis-not-saving']);
    await admin.config('SET', 'stop-writes-on-bgsave-error', 'no');
    expect(codes(await ask(url, ', writes: true'))).toEqual(['warning database/redis-not-saving']);
  });

  test('and one that serves is left as it was', async () => {
    const url = await start({});
    const admin = new Redis(url);
    onCleanUp(() => admin.disconnect());
    expect((await ask(url, ', writes: true')).verdict).toBe('passed');
    expect(await admin.dbsize()).toBe(0);
  });

  test('is ready for a user who may not PING or ask for its state', async () => {
    const url = await start({ user: 'narrow on >made-up ~app:* +get +set +del +select +client' });
    const narrow = url.replace('redis://', 'redis://narrow:made-up@');
    expect((await ask(narrow)).verdict).toBe('passed');
    expect((await ask(narrow, ', writes: true, key: "app:"')).verdict).toBe('passed');
    expect(codes(await ask(narrow, ', writes: true'))).toEqual(['error database/redis-not-permitted']);
  });
});

test('a queue that does not exist fails where clients cannot be listed', async () => {
  const running = await startRedis({ config: { user: 'narrow on >made-up ~* +@all -client|list' } });
  onCleanUp(() => running.stop());
  const narrow = running.url.replace('redis://', 'redis://narrow:made-up@');
  const report = await probeOne(`queue: emials, store: REDIS_URL, workers: 0, ${soon}`, undefined, withUrl(narrow));
  expect(codes(report)).toEqual(['error probe/unknown-queue']);
});
