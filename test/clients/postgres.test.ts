import { connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { connectPostgres } from '../../src/clients/postgres.ts';
import { parsePostgresUrl } from '../../src/clients/postgres-url.ts';
import { wakePostgres } from '../../src/clients/postgres-wake.ts';
import { listen } from '../support/listen.ts';
import { type RunningPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';

let postgres: RunningPostgres;
let pooler: RunningPgBouncer;
let database: string;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase('shop');
  pooler = await startPgBouncer({ upstream: database, mode: 'transaction' });
});

afterAll(async () => {
  await pooler?.stop();
  await postgres?.stop();
});

describe('a session that is cancelled', () => {
  test('stops its own statement on the server, behind a pooler too', async () => {
    const cancellation = new AbortController();
    const address = parsePostgresUrl(pooler.url, 'DATABASE_URL');
    const session = await connectPostgres(address, { signal: cancellation.signal, folder: '.' });
    const watcher = new Client({ connectionString: database });
    await watcher.connect();
    const sleepers = async (state: string) => {
      const { rows } = await watcher.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE state = $1 AND query = 'SELECT pg_sleep(600)'",
        [state],
      );
      return rows;
    };
    try {
      const ended = expect(session.query('SELECT pg_sleep(600)')).rejects.toThrow('the run was cancelled');
      while ((await sleepers('active')).length === 0) await setImmediate();
      cancellation.abort(new Error('the run was cancelled'));
      await ended;
      while ((await sleepers('active')).length > 0) await setImmediate();
      // It was told to stop; a connection that is cut takes the process with it.
      expect(await sleepers('idle')).toHaveLength(1);
    } finally {
      await watcher.end();
      await session.close();
    }
  });

  test('cancels no statement of another client that the pooler has given its process to', async () => {
    const cancellation = new AbortController();
    const address = parsePostgresUrl(pooler.url, 'DATABASE_URL');
    const session = await connectPostgres(address, { signal: cancellation.signal, folder: '.' });
    const [own] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const shop = new Client({ connectionString: pooler.url, application_name: 'shop' });
    await shop.connect();
    try {
      await shop.query('BEGIN');
      expect((await shop.query('SELECT pg_backend_pid() AS pid')).rows).toEqual([own]);
      // Longer than a cancellation may take.
      const sold = shop.query("SELECT 'sold' AS state FROM pg_sleep(2)");
      cancellation.abort(new Error('the run was cancelled'));
      expect((await sold).rows).toEqual([{ state: 'sold' }]);
    } finally {
      await shop.end();
      await session.close();
    }
  });
});

describe('a database that sleeps', () => {
  /** Answers the first connections in its own way, and hands the others on to the database. */
  async function sleepy(early: (socket: Socket) => void, count: number) {
    const { hostname, port } = new URL(database);
    let seen = 0;
    const server = createServer(socket => {
      socket.on('error', () => {});
      if (seen++ < count) return early(socket);
      const upstream = connect(Number(port), hostname).on('error', () => {});
      socket.pipe(upstream).pipe(socket);
    });
    const url = new URL(database);
    url.host = new URL(await listen(server)).host;
    url.search = 'sslmode=disable';
    return { url, server };
  }

  const field = (type: string, text: string) => `${type}${text}\0`;
  const body = `${field('S', 'FATAL')}${field('V', 'FATAL')}${field('C', '57P03')}${field('M', 'the database system is starting up')}\0`;
  const starting = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(body)]);
  starting.writeInt32BE(body.length + 4, 1);

  test.each<[string, (socket: Socket) => void]>([
    ['closes the first connection', socket => void socket.destroy()],
    ['is starting', socket => void socket.once('data', () => socket.end(starting))],
  ])('and %s is tried again', async (_, early) => {
    const { url, server } = await sleepy(early, 2);
    try {
      const { signal } = new AbortController();
      const session = await wakePostgres(parsePostgresUrl(url.href, 'DATABASE_URL'), { signal, folder: '.' });
      expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await session.close();
    } finally {
      server.close();
    }
  });

  test('is not waited for longer than connect_timeout', async () => {
    const { url, server } = await sleepy(socket => socket.destroy(), Number.POSITIVE_INFINITY);
    try {
      url.searchParams.set('connect_timeout', '1');
      const { signal } = new AbortController();
      await expect(
        wakePostgres(parsePostgresUrl(url.href, 'DATABASE_URL'), { signal, folder: '.' }),
      ).rejects.toMatchObject({ findings: [{ code: 'network/connection-lost' }] });
    } finally {
      server.close();
    }
  });
});

test('a pooler in session mode without a free place is named within connect_timeout', async () => {
  const full = await startPgBouncer({ upstream: database, mode: 'session', settings: { default_pool_size: 1 } });
  const other = new Client({ connectionString: full.url });
  await other.connect();
  try {
    await other.query('SELECT 1');
    const url = `${full.url}?connect_timeout=1`;
    const { signal } = new AbortController();
    await expect(connectPostgres(parsePostgresUrl(url, 'DATABASE_URL'), { signal, folder: '.' })).rejects.toMatchObject(
      {
        findings: [{ code: 'database/refused', help: expect.stringContaining('have all of its sessions') }],
      },
    );
  } finally {
    await other.end();
    await full.stop();
  }
});

test('a session ends, too, where the other side says nothing any more', async () => {
  const { hostname, port } = new URL(database);
  const sockets = new Set<Socket>();
  let isGone = false;
  const network = createServer({ allowHalfOpen: true }, client => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
    client.on('data', data => void (isGone || upstream.write(data)));
    upstream.on('data', data => void client.write(data));
  });
  try {
    const url = new URL(database);
    url.host = new URL(await listen(network)).host;
    const { signal } = new AbortController();
    const session = await connectPostgres(parsePostgresUrl(url.href, 'DATABASE_URL'), { signal, folder: '.' });
    isGone = true;
    await expect(session.close()).resolves.toBeUndefined();
  } finally {
    for (const socket of sockets) socket.destroy();
    network.close();
  }
});
