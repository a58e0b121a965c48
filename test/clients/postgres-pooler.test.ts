import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Pooler } from '../../src/clients/pooler-addresses.ts';
import { connectPostgres, type PostgresSession } from '../../src/clients/postgres.ts';
import { detectPooler } from '../../src/clients/postgres-pooler.ts';
import { parsePostgresUrl } from '../../src/clients/postgres-url.ts';
import { type PgBouncerOptions, type RunningPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';

let postgres: RunningPostgres;
let database: string;
let pooler: RunningPgBouncer | undefined;
const clients: Client[] = [];
let isLoaded = false;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase('shop');
});

afterEach(async () => {
  isLoaded = false;
  await Promise.all(clients.splice(0).map(client => client.end()));
  await pooler?.stop();
});

afterAll(() => postgres?.stop());

async function startPooler(mode: PgBouncerOptions['mode'], settings: PgBouncerOptions['settings'] = {}) {
  pooler = await startPgBouncer({ upstream: database, mode, settings });
  return pooler.url;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  clients.push(client);
  await client.connect();
  return client;
}

/** Opens server connections and leaves them idle. */
async function warmUp(url: string, count: number): Promise<void> {
  const warm = await Promise.all(Array.from({ length: count }, () => connect(url)));
  await Promise.all(warm.map(client => client.query('SELECT pg_sleep(0.1)')));
}

/** Clients that send one transaction after the other until the test ends. */
async function load(url: string, count: number): Promise<void> {
  isLoaded = true;
  for (const client of await Promise.all(Array.from({ length: count }, () => connect(url)))) {
    const work = async () => {
      while (isLoaded) await client.query('SELECT pg_sleep(random() * 0.003)');
    };
    work().catch(() => {}); // the client is ended with the test
  }
}

async function detect(url: string, patience?: number): Promise<Pooler> {
  const address = parsePostgresUrl(url, 'DATABASE_URL');
  const open = (signal: AbortSignal) => connectPostgres(address, { signal, folder: '.' });
  const session = await open(new AbortController().signal);
  try {
    return await detectPooler(session, open, patience);
  } finally {
    await session.close();
  }
}

async function detectOften(url: string, times: number): Promise<Pooler[]> {
  const answers: Pooler[] = [];
  for (let index = 0; index < times; index++) answers.push(await detect(url));
  return [...new Set(answers)];
}

describe('a pooler in transaction mode is recognised', () => {
  test.each([
    ['alone', {}, 0, 0],
    ['with idle connections', {}, 4, 0],
    ['with server_round_robin and idle connections', { server_round_robin: 1 }, 4, 0],
    ['with server_round_robin under load', { server_round_robin: 1 }, 4, 20],
    ['under load', {}, 0, 20],
    ['with one connection', { default_pool_size: 1 }, 0, 0],
    ['with many connections under load', { server_round_robin: 1, default_pool_size: 40 }, 40, 20],
  ])('%s', async (_, settings, idle, busy) => {
    const url = await startPooler('transaction', settings);
    await warmUp(url, idle);
    if (busy > 0) await load(url, busy);
    expect(await detectOften(url, 3)).toEqual(['transaction']);
  });
});

describe('a pooler in session mode is accepted', () => {
  test.each([
    ['alone', 0],
    ['under load', 8],
  ])('%s', async (_, busy) => {
    const url = await startPooler('session', { default_pool_size: 20, server_round_robin: 1 });
    await load(url, busy);
    expect(await detectOften(url, 2)).toEqual(['session']);
  });
});

test('a pooler in session mode is accepted with one free place', async () => {
  const url = await startPooler('session', { default_pool_size: 1 });
  expect(await detect(url, 500)).toBe('session');
});

describe('a lock whose session was lost', () => {
  const key = 42n;

  test.each([
    ['stops a change', session => session.transaction({}, () => session.script('CREATE TABLE lost ()'))],
    ['stops a statement outside of a transaction', session => session.proveLock()],
    ['is an error when it is released', session => session.unlock(key)],
  ] satisfies [string, (session: PostgresSession) => Promise<unknown>][])('%s', async (_, change) => {
    const url = await startPooler('transaction', { server_round_robin: 1 });
    await warmUp(url, 4);
    const address = parsePostgresUrl(url, 'DATABASE_URL');
    const session = await connectPostgres(address, { signal: new AbortController().signal, folder: '.' });
    try {
      expect(await session.tryLock(key)).toBe(true);
      await expect(change(session)).rejects.toMatchObject({ findings: [{ code: 'database/lost-session' }] });
      expect(await session.query("SELECT FROM pg_class WHERE relname = 'lost'")).toEqual([]);
    } finally {
      await session.close();
    }
  });

  test('is no matter where the session stays', async () => {
    const address = parsePostgresUrl(database, 'DATABASE_URL');
    const session = await connectPostgres(address, { signal: new AbortController().signal, folder: '.' });
    expect(await session.tryLock(key)).toBe(true);
    await session.transaction({}, () => session.script('CREATE TABLE kept ()'));
    await session.unlock(key);
    await session.close();
  });
});

test('a transaction pooler keeps no setting of the gate', async () => {
  const url = await startPooler('transaction');
  await detect(url);
  const client = await connect(url);
  const { rows } = await client.query("SELECT current_setting('client_connection_check_interval') AS interval");
  expect(rows).toEqual([{ interval: '0' }]);
});

test('the direct connection is accepted', async () => {
  expect(await detect(database)).toBe('none');
});
