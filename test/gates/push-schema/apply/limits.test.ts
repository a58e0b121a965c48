import { connect, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { testContext } from '../../../support/context.ts';
import { listen } from '../../../support/listen.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

test('a migration that waited too long for a lock is tried again once the others had their turn', async () => {
  await bench.sql('CREATE TABLE users (id int)');
  await bench.supabase({ '1_name': 'CREATE TABLE other ();\nALTER TABLE users ADD COLUMN name text;' });
  const reader = await bench.session();
  await reader.query('BEGIN');
  await reader.query('SELECT FROM users');
  const { log } = testContext();
  const told: string[] = [];
  const info = (text: string) => {
    told.push(text);
    if (text.includes('retrying')) void reader.query('COMMIT');
  };
  const report = await bench.push({ settings: 'lock-timeout: 100ms', context: { log: { ...log, info } } });
  expect(report.verdict).toBe('passed');
  expect(told[0]).toMatch(/^1_name waited 100 ms for a lock and was rolled back; retrying in .* \(1 of 3\)\.$/);
  expect(await bench.sql('SELECT name FROM users')).toEqual([]);
});

test('a statement that runs longer than it may is rolled back, and named', async () => {
  await bench.prisma({ '1_slow': 'CREATE TABLE half ();\n\n  SELECT pg_sleep(60);' });
  const report = await bench.push({ settings: 'statement-timeout: 500ms' });
  expect(report.verdict).toBe('failed');
  expect(codesOf(report)).toEqual(['error schema/statement-timeout']);
  expect(listFindings(report)[0]?.place).toEqual({ path: 'migrations/1_slow/migration.sql', line: 3, column: 3 });
  expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
});

test('R6: a migration over its time budget is applied, and warned of', async () => {
  await bench.prisma({ '1_slow': 'SELECT pg_sleep(0.6);', '2_quick': 'SELECT 1;' });
  const report = await bench.push({ settings: 'budget: 500ms' });
  expect(report.verdict).toBe('passed');
  expect(codesOf(report)).toEqual(['warning schema/slow-migration']);
  expect(listFindings(report)[0]?.message).toMatch(/^1_slow took .* ms; its budget is 500 ms\.$/);
});

test('a full disk says nothing of the release: the migration is rolled back and the verdict is an error', async () => {
  const full = "DO $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;";
  await bench.prisma({ '1_users': 'CREATE TABLE users ();', '2_full': `CREATE TABLE half ();\n${full}` });
  const report = await bench.push();
  expect(report.verdict).toBe('error');
  expect(codesOf(report)).toEqual(['error database/refused']);
  expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
  expect(await bench.sql('SELECT FROM _prisma_migrations')).toHaveLength(1);
  expect(await bench.sql("SELECT FROM pg_locks WHERE locktype = 'advisory'")).toEqual([]);
});

test('a statement that only turns out to need no transaction while it runs is told so', async () => {
  await bench.prisma({ '1_block': 'CREATE TABLE half ();\nDO $$ BEGIN VACUUM; END $$;' });
  const report = await bench.push();
  expect(report.verdict).toBe('failed');
  expect(codesOf(report)).toEqual(['error schema/needs-no-transaction']);
  expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
});

test('a server that is too old is refused before anything is asked of it', async () => {
  const { hostname, port } = new URL(bench.url);
  const server = createServer(client => {
    const upstream = connect(Number(port), hostname);
    client.pipe(upstream).on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.on('data', data => {
      client.write(Buffer.from(data.toString('latin1').replace(/18\d{4}(?=C)/, '110022'), 'latin1'));
    });
  });
  try {
    const url = new URL(bench.url);
    url.port = new URL(await listen(server)).port;
    await bench.supabase({ '1_users': 'CREATE TABLE users ();' });
    const report = await bench.push({ url: url.href });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error database/unsupported-version']);
    expect(listFindings(report)[0]?.message).toContain('runs PostgreSQL 11.');
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'users'")).toEqual([]);
  } finally {
    server.close();
  }
});

test('a role that may not make the ledger is refused, and nothing is applied', async () => {
  const name = new URL(bench.url).pathname.slice(1);
  await bench.sql(
    "DO $$ BEGIN CREATE ROLE visitor LOGIN PASSWORD 'fake-visitor'; EXCEPTION WHEN duplicate_object THEN END $$",
  );
  await bench.sql(`REVOKE CREATE ON DATABASE ${name} FROM PUBLIC`);
  await bench.supabase({ '1_users': 'SELECT 1;' });
  const url = Object.assign(new URL(bench.url), { username: 'visitor', password: 'fake-visitor' }).href;
  const report = await bench.push({ url });
  expect(report.verdict).toBe('error');
  expect(codesOf(report)).toEqual(['error database/permission-denied']);
  expect(verdictsOf(report)[0]).toBe('main.ledger error'); // before another database of the run is changed
  expect(listFindings(report)[0]?.message).toBe(
    'The role visitor may not create the schema supabase_migrations in main, which the ledger of the migrations needs.',
  );
});
