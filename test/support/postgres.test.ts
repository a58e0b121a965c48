import { access } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type RunningPostgres, startPostgres } from './postgres.ts';

async function ask(connectionString: string, statement: string, ssl?: { ca: string | undefined }) {
  const client = new Client({ connectionString, ssl });
  await client.connect();
  try {
    return (await client.query(statement)).rows[0];
  } finally {
    await client.end();
  }
}

describe('a PostgreSQL for tests', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres({ tls: true, settings: { max_connections: '17' } });
  });
  afterAll(() => postgres.stop());

  test('answers as the superuser, with the settings it was given', async () => {
    expect(await ask(postgres.url, 'SHOW max_connections')).toEqual({ max_connections: '17' });
    expect(await ask(postgres.url, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual({
      rolsuper: true,
    });
  });

  test('refuses a wrong password', async () => {
    const url = new URL(postgres.url);
    url.password = 'not-the-password';
    await expect(ask(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  test('makes databases apart from each other', async () => {
    const [one, other] = await Promise.all([postgres.createDatabase(), postgres.createDatabase('with "quotes"')]);
    await ask(one, 'CREATE TABLE only_here (id int)');
    await expect(ask(other, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
    expect(await ask(other, 'SELECT current_database() AS name')).toEqual({ name: 'with "quotes"' });
  });

  test('offers TLS with a certificate that can be verified', async () => {
    const ssl = { ca: postgres.certificate };
    const session = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    expect(await ask(postgres.url, session, ssl)).toEqual({ ssl: true });
    await expect(ask(postgres.url, session, { ca: undefined })).rejects.toThrow('self-signed certificate');
  });
});

test('stopping it ends the server and removes its files', async () => {
  const postgres = await startPostgres();
  const { data_directory: folder } = await ask(postgres.url, 'SHOW data_directory');
  await postgres.stop();
  await expect(ask(postgres.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  await expect(access(folder)).rejects.toThrow('ENOENT');
});
