import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { listFindings } from '../../../src/core/report.ts';
import { freePort } from '../../support/free-port.ts';
import { startPgBouncer } from '../../support/pgbouncer.ts';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { codesOf, freshDatabase, openWorkbench, type Workbench } from './workbench.ts';

let postgres: RunningPostgres;
let bench: Workbench;
beforeAll(async () => {
  postgres = await startPostgres({ tls: true });
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  bench = await openWorkbench(await freshDatabase(postgres));
  await bench.supabase({ '1_users': 'CREATE TABLE users ();' });
});
afterEach(() => bench.clear());

function changed(change: (url: URL) => void): string {
  const url = new URL(bench.url);
  change(url);
  return url.href;
}

async function refusal(given: Parameters<Workbench['push']>[0]): Promise<Finding[]> {
  try {
    await bench.push(given);
  } catch (error) {
    if (error instanceof GateError) return error.findings;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a connection string', () => {
  test.each([
    ['a pooler of Supabase', (url: URL) => Object.assign(url, { host: 'aws-0-eu-central-1.pooler.supabase.com:6543' })],
    ['a pooler of PlanetScale', (url: URL) => Object.assign(url, { host: 'eu-central-1.pg.psdb.cloud:6432' })],
    ['pgbouncer=true', (url: URL) => url.searchParams.set('pgbouncer', 'true')],
    ['a pooler of Neon', (url: URL) => Object.assign(url, { hostname: 'ep-a-b-123-pooler.eu.aws.neon.tech' })],
  ])('of a pooler in transaction mode is refused: %s', async (_, change) => {
    const [finding] = await refusal({ url: changed(change) });
    expect(finding?.code).toBe('schema/transaction-pooler');
    expect(finding?.place).toEqual({ path: 'release-gates.yml', line: 4, column: 5 });
  });

  test.each(['', 'mysql://u:hush@h/d', 'postgres://u:pa#hush@h:5432/d', 'hush'])(
    'that is none is refused: %j',
    async url => {
      const [finding] = await refusal({ url });
      expect(finding?.code).toBe(url === '' ? 'config/unset-variable' : 'database/invalid-url');
      expect(JSON.stringify(finding)).not.toContain('hush');
    },
  );
});

describe('a database that cannot be asked', () => {
  test.each([
    ['database/wrong-password', (url: URL) => Object.assign(url, { password: 'fake-not-the-password' })],
    ['database/unknown-database', (url: URL) => Object.assign(url, { pathname: '/nowhere' })],
    ['network/unknown-host', (url: URL) => Object.assign(url, { hostname: 'nowhere.invalid' })],
  ])('is an error: %s', async (code, change) => {
    const report = await bench.push({ url: changed(change) });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual([`error ${code}`]);
    expect(listFindings(report)[0]?.boundary).toBe('data');
    expect(JSON.stringify(report)).not.toContain('fake-not-the-password');
  });

  test('is an error when its role may not log in', async () => {
    await bench.sql(
      `DO $$ BEGIN CREATE ROLE sleeper NOLOGIN PASSWORD 'fake-sleeper'; EXCEPTION WHEN duplicate_object THEN END $$`,
    );
    const url = changed(url => Object.assign(url, { username: 'sleeper', password: 'fake-sleeper' }));
    const report = await bench.push({ url });
    expect(codesOf(report)).toEqual(['error database/not-admitted']);
    expect(listFindings(report)[0]?.help).toContain('LOGIN');
  });

  test('is an error before anything is changed when it accepts no writes', async () => {
    const role = `DO $$ BEGIN CREATE ROLE frozen SUPERUSER LOGIN PASSWORD 'fake-frozen'; EXCEPTION WHEN duplicate_object THEN END $$`;
    await bench.sql(`${role}; ALTER ROLE frozen SET default_transaction_read_only = on`);
    const url = changed(url => Object.assign(url, { username: 'frozen', password: 'fake-frozen' }));
    for (const mode of ['check', 'push'] as const) {
      expect(codesOf(await bench.push({ url, mode }))).toEqual(['error schema/read-only-database']);
    }
  });

  test('is no error when its ledger is there, and the role may not create schemas', async () => {
    await bench.push();
    await bench.sql(
      `DO $$ BEGIN CREATE ROLE writer LOGIN PASSWORD 'fake-writer'; EXCEPTION WHEN duplicate_object THEN END $$`,
    );
    await bench.sql(
      'GRANT USAGE ON SCHEMA supabase_migrations TO writer; GRANT USAGE, CREATE ON SCHEMA public TO writer',
    );
    await bench.sql('GRANT SELECT, INSERT ON supabase_migrations.schema_migrations TO writer');
    await bench.supabase({ '2_more': 'CREATE TABLE more ();' });
    const url = changed(url => Object.assign(url, { username: 'writer', password: 'fake-writer' }));
    expect(codesOf(await bench.push({ url }))).toEqual([]);
    await bench.sql('DROP OWNED BY writer CASCADE');
  });

  test('is an error before anything is changed when its role may only read', async () => {
    await bench.push();
    await bench.sql(
      `DO $$ BEGIN CREATE ROLE onlooker LOGIN PASSWORD 'fake-onlooker'; EXCEPTION WHEN duplicate_object THEN END $$`,
    );
    await bench.sql('GRANT USAGE ON SCHEMA supabase_migrations TO onlooker');
    await bench.sql('GRANT SELECT ON supabase_migrations.schema_migrations TO onlooker');
    await bench.supabase({ '2_more': 'SELECT 1;' });
    const url = changed(url => Object.assign(url, { username: 'onlooker', password: 'fake-onlooker' }));
    const report = await bench.push({ url, mode: 'check' });
    expect(codesOf(report)).toEqual(['error database/permission-denied']);
    expect(listFindings(report)[0]?.message).toContain(
      'lacks the right INSERT on supabase_migrations.schema_migrations',
    );
    await bench.sql('DROP OWNED BY onlooker CASCADE');
  });

  test('is an error when nothing listens', async () => {
    const port = String(await freePort());
    const report = await bench.push({ url: changed(url => Object.assign(url, { port })) });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error network/connection-refused']);
  });

  test('is an error when another server answers', async () => {
    const server = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    try {
      await new Promise(resolve => server.once('listening', resolve));
      const address = server.address();
      const port = String(typeof address === 'object' && address ? address.port : 0);
      const report = await bench.push({ url: changed(url => Object.assign(url, { port })) });
      expect(report.verdict).toBe('error');
      expect(codesOf(report)).not.toContain('error gate/unexpected');
    } finally {
      server.close();
    }
  });

  test('is an error when its role may not do what a migration does', async () => {
    await bench.sql(
      `DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD 'fake-reader'; EXCEPTION WHEN duplicate_object THEN END $$`,
    );
    const url = changed(url => Object.assign(url, { username: 'reader', password: 'fake-reader' }));
    const report = await bench.push({ url });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error database/permission-denied']);
  });
});

describe('TLS as `sslmode` of libpq', () => {
  const withMode = (mode: string, root = false) =>
    changed(url => {
      url.searchParams.set('sslmode', mode);
      if (root) url.searchParams.set('sslrootcert', 'root.crt');
    });
  const usesTls =
    'DO $$ BEGIN IF NOT (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) THEN RAISE; END IF; END $$';

  test.each([
    ['the default', () => bench.url],
    ['require', () => withMode('require')],
    ['verify-ca with its root', () => withMode('verify-ca', true)],
    ['verify-full with its root', () => withMode('verify-full', true)],
  ])('is used by %s', async (_, url) => {
    await writeFile(join(bench.folder, 'root.crt'), postgres.certificate ?? '');
    await bench.supabase({ '1_users': usesTls });
    expect((await bench.push({ url: url() })).verdict).toBe('passed');
  });

  test('is not used by disable', async () => {
    await bench.supabase({ '1_users': usesTls });
    expect((await bench.push({ url: withMode('disable') })).verdict).toBe('failed');
  });

  test('fails where the certificate is to be verified and nobody vouches for it', async () => {
    const report = await bench.push({ url: withMode('verify-full') });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error network/certificate-self-signed']);
  });

  test.each(['sslmode=verify_full', 'sslmode=Require', 'ssl=yes', 'sslaccept=lax'])(
    'a value that nobody knows is refused, not taken for another: %s',
    async parameter => {
      const report = await bench.push({ url: `${bench.url}?${parameter}` });
      expect(codesOf(report)).toEqual(['error database/invalid-url']);
    },
  );

  test('Prisma’s sslcert is the authority of the server, and starts at the folder of its schema', async () => {
    await bench.write({ 'root.crt': postgres.certificate ?? '', 'other/root.crt': postgres.certificate ?? '' });
    for (const path of ['root.crt', 'other/root.crt']) {
      const url = changed(url => url.searchParams.set('sslcert', path));
      const strict = `${url}&sslmode=require&sslaccept=strict`;
      expect((await bench.push({ url: strict })).verdict).toBe('passed');
    }
    const missing = changed(url => url.searchParams.set('sslcert', 'none.crt'));
    expect(codesOf(await bench.push({ url: missing }))).toEqual(['error database/invalid-url']);
  });

  test('sslnegotiation=direct keeps the verification, and needs TLS', async () => {
    await bench.write({ 'root.crt': postgres.certificate ?? '' });
    const direct = (rest: string) => `${bench.url}?sslnegotiation=direct&${rest}`;
    expect((await bench.push({ url: direct('sslmode=verify-full&sslrootcert=root.crt') })).verdict).toBe('passed');
    expect(codesOf(await bench.push({ url: direct('sslmode=verify-full') }))).toEqual([
      'error network/certificate-self-signed',
    ]);
    expect(codesOf(await bench.push({ url: direct('sslmode=prefer') }))).toEqual(['error database/invalid-url']);
  });

  test('a parameter that nobody knows is a notice', async () => {
    expect(codesOf(await bench.push({ url: `${bench.url}?colour=blue` }))).toEqual([
      'notice database/ignored-parameter',
    ]);
  });

  test('a root certificate that is not there is said so', async () => {
    const report = await bench.push({ url: withMode('verify-full', true) });
    expect(codesOf(report)).toEqual(['error database/invalid-url']);
  });
});

test('where the server has no TLS, the default goes without and `require` does not', async () => {
  const plain = await startPostgres();
  try {
    const url = new URL(await plain.createDatabase());
    expect((await bench.push({ url: url.href })).verdict).toBe('passed');
    url.searchParams.set('sslmode', 'require');
    expect(codesOf(await bench.push({ url: url.href }))).toEqual(['error network/tls-failed']);
  } finally {
    await plain.stop();
  }
});

describe('a pooler on a port that says nothing', () => {
  test.each([
    ['transaction', 'error', ['error schema/transaction-pooler']],
    ['session', 'passed', []],
  ] as const)('in %s mode: %s', async (mode, verdict, codes) => {
    const pooler = await startPgBouncer({ upstream: bench.url, mode, settings: { server_round_robin: 1 } });
    try {
      const url = new URL(bench.url);
      url.port = new URL(pooler.url).port;
      const report = await bench.push({ url: url.href });
      expect(report.verdict).toBe(verdict);
      expect(codesOf(report)).toEqual(codes);
    } finally {
      await pooler.stop();
    }
  });
});

describe('a folder of migrations', () => {
  test.each([
    ['schema/missing-folder', async () => bench.remove('migrations')],
    [
      'schema/no-migrations',
      async () => {
        await bench.remove('migrations');
        await bench.write({ 'migrations/.gitkeep': '' });
      },
    ],
    [
      'schema/unknown-layout',
      async () => {
        await bench.remove('migrations');
        await bench.write({ 'migrations/notes.txt': 'SELECT 1' });
      },
    ],
    [
      'schema/unreadable-script',
      async () => bench.write({ 'migrations/2_latin.sql': Buffer.from('-- caf\xe9', 'latin1') }),
    ],
    [
      'schema/unreadable-script',
      async () => bench.write({ 'migrations/2_utf16.sql': Buffer.from('SELECT 1;', 'utf16le') }),
    ],
  ])('that cannot be used is an error: %s', async (code, arrange) => {
    await arrange();
    const report = await bench.push();
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual([`error ${code}`]);
  });

  test('names all scripts that are not UTF-8', async () => {
    await bench.write({
      'migrations/2_latin.sql': Buffer.from('-- caf\xe9', 'latin1'),
      'migrations/3_utf16.sql': Buffer.from('SELECT 1;', 'utf16le'),
    });
    const report = await bench.push();
    expect(report.verdict).toBe('error');
    expect(listFindings(report).map(({ code, place }) => [code, place?.path])).toEqual([
      ['schema/unreadable-script', 'migrations/2_latin.sql'],
      ['schema/unreadable-script', 'migrations/3_utf16.sql'],
    ]);
  });
});
