import { describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const appliedNames = async () => {
  const rows = await bench.sql<{ name: string }>('SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1');
  return rows.map(({ name }) => name);
};

describe('a statement that fails', () => {
  test('is named with its line and column; its migration is rolled back, those before stay, those after wait', async () => {
    await bench.prisma({
      '1_users': 'CREATE TABLE users (id int);',
      '2_bad': '-- 😀\nCREATE TABLE half ();\nALTER TABLE users\n  ADD COLUMN a int, ADD COLUMN b nonsense;',
      '3_more': 'CREATE TABLE more ();',
    });
    const report = await bench.push();
    expect(report.verdict).toBe('failed');
    expect(verdictsOf(report)).toEqual(['main.ledger passed', 'main.judgement passed', 'main.push failed']);
    expect(codesOf(report)).toEqual(['error schema/migration-failed']);
    const [finding] = listFindings(report);
    expect(finding?.message).toMatch(/^2_bad failed with SQLSTATE 42704: type "nonsense" does not exist/);
    expect(finding?.place).toEqual({ path: 'migrations/2_bad/migration.sql', line: 4, column: 34 });
    expect(await appliedNames()).toEqual(['1_users']);
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename IN ('half', 'more')")).toEqual([]);
    expect(report.record?.databases.main).toMatchObject({ after: '1_users', applied: ['1_users'] });
    expect(JSON.parse(report.outputs.pending ?? '')).toHaveLength(2);
  });

  test('at run time, which has no position, is named by its own place', async () => {
    await bench.prisma({ '1_bad': 'CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n  SELECT id / 0 FROM t;' });
    const report = await bench.push();
    expect(listFindings(report)[0]?.message).toContain('22012: division by zero');
    expect(listFindings(report)[0]?.place).toEqual({ path: 'migrations/1_bad/migration.sql', line: 3, column: 3 });
    expect(await appliedNames()).toEqual([]);
  });

  test('leaves no row in the ledger of Supabase either', async () => {
    await bench.supabase({ '1_bad': 'CREATE TABLE half (); SELECT nope;' });
    expect((await bench.push()).verdict).toBe('failed');
    expect(await bench.sql('SELECT FROM supabase_migrations.schema_migrations')).toEqual([]);
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
  });
});

describe('a lock on a table', () => {
  test('that is not given in time rolls the migration back, and says nothing against the release', async () => {
    await bench.sql('CREATE TABLE users (id int)');
    await bench.supabase({ '1_name': 'CREATE TABLE other ();\nALTER TABLE users ADD COLUMN name text;' });
    const reader = await bench.session();
    await reader.query("SET application_name = 'a report'");
    await reader.query('BEGIN');
    await reader.query('SELECT FROM users');
    const { rows } = await reader.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const report = await bench.push({ settings: 'lock-timeout: 100ms\nlock-retries: 0' });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error schema/lock-timeout']);
    const [finding] = listFindings(report);
    expect(finding?.message).toMatch(
      /^"ALTER TABLE users ADD COLUMN name text" of 1_name waited 100 ms for a lock; users is in use by the session with pid \d+ \(a report\), in a transaction for .*, idle in transaction\.$/,
    );
    expect(finding?.message).toContain(`pid ${rows[0]?.pid} `);
    expect(finding?.place).toEqual({ path: 'migrations/1_name.sql', line: 2, column: 1 });
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'other'")).toEqual([]);

    await reader.query('COMMIT');
    expect((await bench.push({ settings: 'lock-timeout: 5s' })).verdict).toBe('passed');
  });
});

describe('the lock on migrations', () => {
  test('when it stays taken, its holder is named', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users ();' });
    const other = await bench.session();
    await other.query("SET application_name = 'prisma of someone'");
    await other.query('SELECT pg_advisory_lock(72707369)');
    const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const report = await bench.push({ lockWait: 300 });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error schema/locked']);
    const [finding] = listFindings(report);
    expect(finding?.message).toContain(`by the session with pid ${rows[0]?.pid} (prisma of someone), connected for`);
    expect(finding?.help).toContain(`pg_terminate_backend(${rows[0]?.pid})`);
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'users'")).toEqual([]);
  });

  test.each([['prisma'], ['supabase']] as const)('lets two pushes of %s through one after the other', async tool => {
    await bench[tool]({
      '1_users': 'CREATE TABLE users ();\nSELECT pg_sleep(0.3);',
      '2_orders': 'CREATE TABLE orders ();',
    });
    const reports = await Promise.all([bench.push(), bench.push()]);
    expect(reports.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
    const applied = reports.map(({ outputs }) => JSON.parse(outputs.applied ?? '').length);
    expect(applied.sort()).toEqual([0, 2]);
    const locks = await bench.sql("SELECT FROM pg_locks WHERE locktype = 'advisory'");
    expect(locks).toEqual([]);
  });
});

describe('a statement that cannot run in a transaction', () => {
  const index = 'CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);';

  test('runs when it is alone in its migration', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users (email text);', '2_index': `-- quick\n${index}` });
    const report = await bench.push({ settings: 'lock-timeout: 100ms' });
    expect(report.verdict).toBe('passed');
    expect(await bench.sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email'::regclass")).toEqual([
      { indisvalid: true },
    ]);
    expect(await bench.sql('SELECT FROM _prisma_migrations WHERE applied_steps_count = 1')).toHaveLength(2);
  });

  test('is refused next to others, before anything is applied', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users (email text);', '2_index': `SELECT 1;\n${index}` });
    const report = await bench.push();
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/needs-no-transaction']);
    expect(listFindings(report)[0]?.place).toEqual({ path: 'migrations/2_index/migration.sql', line: 2, column: 1 });
    expect(await bench.sql("SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  });

  test('when it fails leaves no invalid index, and the ledger tells', async () => {
    await bench.prisma({
      '1_users': "CREATE TABLE users (email text);\nINSERT INTO users VALUES ('a'), ('a');",
      '2_index': index,
    });
    const report = await bench.push();
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/failed-outside-transaction']);
    expect(await bench.sql("SELECT FROM pg_class WHERE relname = 'users_email'")).toEqual([]);
    expect(codesOf(await bench.push())).toEqual(['error schema/failed-halfway']);
  });
});

describe('a script with a transaction of its own', () => {
  test('around all of it is one with ours, and its errors are placed as they stand', async () => {
    await bench.prisma({ '1_users': 'BEGIN;\nCREATE TABLE users ();\nSELECT nope;\nCOMMIT;\n' });
    const report = await bench.push();
    expect(listFindings(report)[0]?.place).toEqual({ path: 'migrations/1_users/migration.sql', line: 3, column: 8 });
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'users'")).toEqual([]);

    await bench.prisma({ '1_users': 'BEGIN;\nCREATE TABLE users ();\nCOMMIT;\n' });
    expect((await bench.push()).verdict).toBe('passed');
  });

  test('in the midst of it is refused, as are commands of psql', async () => {
    await bench.prisma({
      '1_users': 'CREATE TABLE users ();\nCOMMIT;\nSELECT 1;',
      '2_dump': '\\connect shop\nSELECT 1;',
    });
    const report = await bench.push();
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/transaction-control', 'error schema/psql-command']);
    expect(listFindings(report)[0]?.place).toEqual({ path: 'migrations/1_users/migration.sql', line: 2, column: 1 });
  });
});

describe('what the code needs', () => {
  test('and the database lacks is named, with what was probably meant', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users (id int, email text);\nCREATE TABLE "Order" (id int);' });
    const settings = 'require:\n  users: [id, e_mail]\n  order_items: [id]\n  Order: [id]\n  public.users: [email]';
    const report = await bench.push({ settings });
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/missing-column', 'error schema/missing-table']);
    const [column] = listFindings(report);
    expect(column?.message).toBe('The table users of main has no column e_mail.');
    expect(column?.help).toContain('Did you mean "email"?');
    expect(column?.place).toEqual({ path: 'release-gates.yml', line: 6, column: 7 });
    expect(report.record?.databases.main?.applied).toEqual(['1_users']);
  });
});

describe('cancellation', () => {
  test('stops the statement under way, rolls back, and reports what was applied before', async () => {
    await bench.prisma({
      '1_users': 'CREATE TABLE users ();',
      '2_slow': 'CREATE TABLE slow ();\nSELECT pg_sleep(60);',
    });
    const run = new AbortController();
    const pushing = bench.push({ context: { signal: run.signal } });
    const sleeping = "SELECT FROM pg_stat_activity WHERE application_name = 'release-gates' AND wait_event = 'PgSleep'";
    while ((await bench.sql(sleeping)).length === 0);
    run.abort(new Error('cancelled by a test'));
    const report = await pushing;
    expect(report.verdict).toBe('error');
    expect(report.record?.databases.main).toMatchObject({ after: '1_users', applied: ['1_users'] });
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'slow'")).toEqual([]);
    expect(await bench.sql("SELECT FROM pg_stat_activity WHERE application_name = 'release-gates'")).toEqual([]);
    expect(await appliedNames()).toEqual(['1_users']);
  });

  test('a server that ends the session is no fault of the release', async () => {
    await bench.prisma({ '1_slow': 'SELECT pg_sleep(60);' });
    const pushing = bench.push();
    const end =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'release-gates' AND wait_event = 'PgSleep'";
    while ((await bench.sql(end)).length === 0);
    const report = await pushing;
    expect(report.verdict).toBe('error');
    expect(await appliedNames()).toEqual([]);
  });
});
