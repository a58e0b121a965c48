import { dirname } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../../src/core/errors.ts';
import { found } from '../../../../src/core/finding.ts';
import { cancelled } from '../../../../src/core/gate-findings.ts';
import { listFindings } from '../../../../src/core/report.ts';
import { startEmbedded } from '../../../../src/gates/push-schema/rehearse/embedded.ts';
import { testContext } from '../../../support/context.ts';
import type { RunningPostgres } from '../../../support/postgres.ts';
import { postgresBinaries } from '../../../support/postgres-binaries.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let postgres: RunningPostgres;
let bench: Workbench;
withWorkbench((opened, server) => {
  bench = opened;
  postgres = server;
});

const variables = (more: Record<string, string> = {}) => ({
  DIRECT_URL: bench.url,
  SCRATCH_URL: postgres.url,
  ...more,
});
const given = (settings = '') => ({
  settings: `scratch: SCRATCH_URL\n${settings}`,
  context: { variables: variables() },
});
const scratchDatabases = () => bench.sql("SELECT FROM pg_database WHERE datname LIKE 'release\\_gates\\_%'");

describe('a rehearsal', () => {
  beforeEach(async () => {
    await bench.prisma({
      '1_users': 'CREATE TABLE users (id int, email text);\nCREATE TABLE teams (id int PRIMARY KEY);',
    });
    await bench.push();
  });

  test('tells the locks that each statement really takes, on a scratch database, and changes nothing', async () => {
    await bench.prisma({
      '2_change': `ALTER TABLE users ADD COLUMN team int;
        CREATE TABLE fresh (id int);
        ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team) REFERENCES teams (id) NOT VALID;`,
      '3_index': 'CREATE INDEX CONCURRENTLY users_email ON users (email);',
    });
    const report = await bench.push({ mode: 'rehearse', ...given() });
    expect(codesOf(report)).toEqual(['notice schema/foreign-key-without-index']);
    expect(verdictsOf(report)).toContain('main.rehearsal passed');
    const rehearsed: { statement: string; locks: unknown[] }[] = JSON.parse(report.outputs.rehearsal ?? '');
    expect(rehearsed.map(({ statement, locks }) => ({ statement, locks }))).toEqual([
      {
        statement: 'ALTER TABLE users ADD COLUMN team int',
        locks: [{ table: 'users', mode: 'ACCESS EXCLUSIVE' }],
      },
      { statement: 'CREATE TABLE fresh (id int)', locks: [] },
      {
        statement: 'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team) REFERENCES teams (id) NOT VALID',
        locks: [{ table: 'teams', mode: 'SHARE ROW EXCLUSIVE' }],
      },
      { statement: 'CREATE INDEX CONCURRENTLY users_email ON users (email)', locks: [] },
    ]);
    expect(await bench.sql("SELECT FROM information_schema.columns WHERE column_name = 'team'")).toEqual([]);
    expect(await scratchDatabases()).toEqual([]);
  });

  test('that fails says where, and leaves nothing behind', async () => {
    await bench.prisma({ '2_bad': 'SELECT 1;\n\nALTER TABLE users\n  DROP CONSTRAINT nope;' });
    const report = await bench.push({ mode: 'rehearse', ...given() });
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['notice schema/drops-constraint', 'error schema/migration-failed']);
    expect(listFindings(report)[1]?.place).toEqual({ path: 'migrations/2_bad/migration.sql', line: 3, column: 1 });
    expect(await scratchDatabases()).toEqual([]);
  });

  test('that is cancelled leaves nothing behind either', async () => {
    await bench.prisma({ '2_slow': 'ALTER TABLE users ADD COLUMN team int;\nSELECT pg_sleep(60);' });
    const run = new AbortController();
    const { settings, context } = given();
    const rehearsing = bench.push({ mode: 'rehearse', settings, context: { ...context, signal: run.signal } });
    while ((await bench.sql("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).length === 0);
    run.abort(new GateError([found(cancelled, { message: 'cancelled by a test' })]));
    const report = await rehearsing;
    expect(codesOf(report)).toEqual(['error gate/cancelled']);
    expect(await scratchDatabases()).toEqual([]);
  });

  test('needs a server to try it on', async () => {
    await bench.prisma({ '2_more': 'SELECT 1;' });
    const context = { variables: { DIRECT_URL: bench.url, PATH: bench.folder } };
    const report = await bench.push({ mode: 'rehearse', context });
    // Where PostgreSQL is installed and we are root, it refuses to start; else there is none.
    if (report.verdict !== 'passed') expect(codesOf(report)).toEqual(['error schema/no-scratch-database']);
    else expect(verdictsOf(report)).toContain('main.rehearsal passed');
  });
});

describe('the server that is started for it', () => {
  const asRoot = process.getuid?.() === 0; // PostgreSQL refuses to run as root, as no runner of GitHub does
  const when = asRoot ? ' (runs as another user than root)' : '';
  (asRoot ? test.skip : test)(`is the one that is installed, and gone afterwards${when}`, async () => {
    const { initdb } = await postgresBinaries({}, bench.folder);
    const server = await startEmbedded(testContext({ variables: { PATH: dirname(initdb) } }));
    await bench.supabase({ '1_users': 'CREATE TABLE users ();' });
    expect((await bench.push({ url: server.url })).verdict).toBe('passed');
    await server.stop();
    expect((await bench.push({ url: server.url })).verdict).toBe('error');
  });
});

describe('G7, T9: drift', () => {
  const script = `CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
    CREATE INDEX users_email ON users (email); CREATE TYPE mood AS ENUM ('a', 'b'); CREATE VIEW v AS SELECT id FROM users;
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
    CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION g();
    CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TYPE pair AS (a int, b int); CREATE SEQUENCE s;`;
  beforeEach(async () => {
    await bench.prisma({ '1_users': script });
    await bench.push();
  });

  test('there is none when nobody changed anything by hand', async () => {
    const report = await bench.push(given('drift: true'));
    expect(codesOf(report)).toEqual([]);
    expect(verdictsOf(report)).toContain('main.drift passed');
  });

  type Change = [change: string, sentence: string];
  /** Changes by hand that do not hide each other, each with the sentence that tells it. */
  const independent: Change[] = [
    ['CREATE TABLE child () INHERITS (users)', 'table public.child exists'],
    ['ALTER TABLE users ADD COLUMN extra int', 'column public.users.extra exists, but should not'],
    ['DROP INDEX users_email', 'index public.users_email is missing'],
    ["ALTER TYPE mood ADD VALUE 'c'", 'enum public.mood is a, b, c, and should be a, b'],
    ['CREATE TABLE strange (id int, name text)', 'table public.strange exists, but should not'],
    ['ALTER TABLE users ADD CHECK (id > 0)', 'constraint users_id_check of public.users exists, but should not'],
    ['CREATE POLICY p ON users USING (id = 1)', 'policy p of public.users exists, but should not'],
    ['GRANT SELECT ON users TO PUBLIC', 'grants of public.users exists, but should not'],
    ['GRANT UPDATE (email) ON users TO PUBLIC', 'column public.users.email is text not null grants PUBLIC UPDATE'],
    ['REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC', 'grants of function public.f() is none'],
    ['ALTER VIEW v SET (security_barrier = true)', 'view public.v is'],
    ['ALTER TABLE users DISABLE TRIGGER t', 'trigger t of public.users is'],
    ['CREATE RULE r AS ON DELETE TO users DO INSTEAD NOTHING', 'rule r of public.users exists'],
    ['ALTER DOMAIN positive ADD CHECK (VALUE < 10)', 'domain public.positive is'],
    ['ALTER TYPE pair ADD ATTRIBUTE c int', 'column public.pair.c exists'],
    ['CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)', 'aggregate public.total(integer) exists'],
    ['ALTER SEQUENCE s INCREMENT 5', 'sequence public.s is'],
    ['CREATE SCHEMA strange', 'schema strange exists'],
    ['CREATE STATISTICS st ON id, email FROM users', 'statistics public.st exists'],
    [
      'ALTER TABLE users REPLICA IDENTITY FULL',
      'table public.users is without row-level security, replica identity full',
    ],
    ['CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$', 'function public.f() is'],
  ];
  /** These change again what one above changes. */
  const dependent: Change[][] = [
    [
      [
        'ALTER TABLE users ALTER COLUMN email DROP NOT NULL',
        'column public.users.email is text, and should be text not null',
      ],
      [
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        'table public.users is with row-level security, and should be without',
      ],
      ['CREATE OR REPLACE VIEW v AS SELECT id + 1 AS id FROM users', 'view public.v is'],
    ],
    [['ALTER TABLE users FORCE ROW LEVEL SECURITY', 'table public.users is without row-level security, forced']],
    [['ALTER TABLE users SET UNLOGGED', 'table public.users is unlogged']],
  ];
  // A finding shows ten differences at most.
  const groups = [0, 7, 14].map(at => independent.slice(at, at + 7)).concat(dependent);

  test.each(groups.map(group => [group]))('is told as differences that can be read: %j', async group => {
    for (const [change] of group) await bench.sql(change);
    const report = await bench.push(given('drift: true'));
    expect(report.verdict).toBe('passed');
    const message = listFindings(report).find(({ code }) => code === 'schema/drift')?.message;
    expect(message).toMatch(/^main differs from its migrations: /);
    for (const [, sentence] of group) expect(message).toContain(sentence);
  });

  test('is none where a platform grants rights by default', async () => {
    await bench.sql('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC');
    await bench.prisma({ '2_more': 'CREATE TABLE more (id int);' });
    await bench.push();
    const codes = codesOf(await bench.push(given('drift: true')));
    await bench.sql('ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC');
    expect(codes).toEqual([]);
  });

  test('of another environment that cannot be reached is told before anything is changed', async () => {
    await bench.prisma({ '2_more': 'CREATE TABLE more ();' });
    const nowhere = Object.assign(new URL(bench.url), { password: 'not-the-password' }).href;
    const context = { variables: variables({ STAGING_URL: nowhere }) };
    const report = await bench.push({ settings: 'compare-with: STAGING_URL', context });
    expect(report.verdict).toBe('error');
    expect(listFindings(report)).toMatchObject([
      { code: 'database/wrong-password', place: { path: 'release-gates.yml', line: 5 } },
    ]);
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'more'")).toEqual([]);
  });

  test('of another environment is told, too', async () => {
    const staging = await postgres.createDatabase();
    const context = { variables: variables({ STAGING_URL: staging }) };
    const settings = 'compare-with: STAGING_URL';
    const report = await bench.push({ settings, context });
    expect(codesOf(report)).toEqual(['warning schema/environments-differ']);
    expect(listFindings(report)[0]?.message).toContain('table public.users is only in main');
    expect(listFindings(report)[0]?.place).toEqual({ path: 'release-gates.yml', line: 5, column: 5 });
    expect((await bench.push({ url: staging })).verdict).toBe('passed');
    expect(codesOf(await bench.push({ settings, context }))).toEqual([]);
  });
});

test('scratch databases that earlier runs have left behind are dropped, and younger ones are not', async () => {
  const old = `release_gates_${Date.now() - 2 * 60 * 60 * 1000}_0123abcd`;
  const young = `release_gates_${Date.now()}_0123abcd`;
  for (const name of [old, young]) await bench.sql(`CREATE DATABASE ${name}`);
  await bench.prisma({ '1_users': 'CREATE TABLE users (id int);' });
  await bench.push();
  const { settings, context } = given('drift: true');
  expect((await bench.push({ settings, context })).verdict).toBe('passed');
  const left = await bench.sql<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE 'release\\_gates\\_%'",
  );
  expect(left).toEqual([{ datname: young }]);
  await bench.sql(`DROP DATABASE ${young}`);
});
