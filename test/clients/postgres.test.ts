import { connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { connectPostgres } from '../../src/clients/postgres.ts';
import { parsePostgresUrl } from '../../src/clients/postgres-url.ts';
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
