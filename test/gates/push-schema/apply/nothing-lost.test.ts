import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../../src/core/errors.ts';
import { found } from '../../../../src/core/finding.ts';
import { cancelled } from '../../../../src/core/gate-findings.ts';
import { listFindings } from '../../../../src/core/report.ts';
import type { RunningPostgres } from '../../../support/postgres.ts';
import { codesOf, type Workbench, withWorkbench } from '../workbench.ts';
import { type Cut, startCuttingProxy } from './cutting-proxy.ts';

let postgres: RunningPostgres;
let bench: Workbench;
withWorkbench((opened, server) => {
  bench = opened;
  postgres = server;
});

const scripts = {
  '1_users': 'CREATE TABLE users (id int);',
  '2_orders': 'CREATE TABLE orders (id int);\nINSERT INTO orders VALUES (1);',
  '3_index': 'CREATE INDEX CONCURRENTLY orders_id ON orders (id);',
};
const ledgers = {
  prisma: 'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL',
  supabase: "SELECT version || '_' || name AS name FROM supabase_migrations.schema_migrations",
};
type Tool = keyof typeof ledgers;

/**
 * A push is some 48 messages to the server, and breaking it off at each takes half a minute: by default a fixed sample
 * of them is tried. `RELEASE_GATES_EVERY_STEP=1` tries them all.
 */
const strideOf = (sampled: number) => (process.env.RELEASE_GATES_EVERY_STEP === '1' ? 1 : sampled);

/** Of the migrations, those whose work is in the database. */
async function there(): Promise<string[]> {
  const rows = await bench.sql<{ relname: string }>(
    "SELECT relname FROM pg_class WHERE relname IN ('users', 'orders', 'orders_id') AND relnamespace = 'public'::regnamespace",
  );
  const names = rows.map(({ relname }) => relname);
  return Object.keys(scripts).filter((_, index) => names.includes(['users', 'orders', 'orders_id'][index] ?? ''));
}

async function inLedger(tool: Tool): Promise<string[]> {
  const [table] = await bench.sql(
    "SELECT FROM pg_class WHERE relname IN ('_prisma_migrations', 'schema_migrations') AND relkind = 'r'",
  );
  if (!table) return [];
  return (await bench.sql<{ name: string }>(`${ledgers[tool]} ORDER BY 1`)).map(({ name }) => name);
}

async function serverHasForgotten(): Promise<void> {
  const sessions =
    "SELECT FROM pg_stat_activity WHERE application_name = 'release-gates' AND datname = current_database()";
  while ((await bench.sql(sessions)).length > 0);
}

/** What must hold after a push was broken off at any step. */
async function nothingIsLost(tool: Tool): Promise<string[]> {
  await serverHasForgotten();
  expect(await bench.sql("SELECT FROM pg_locks WHERE locktype = 'advisory'")).toEqual([]);
  const applied = await inLedger(tool);
  const whole = (await there()).filter(name => name !== '3_index'); // built outside of a transaction
  expect(applied.filter(name => name !== '3_index')).toEqual(whole);
  const again = await bench.push();
  expect(codesOf(again)).toEqual([]);
  expect(again.verdict).toBe('passed');
  expect(await inLedger(tool)).toEqual(Object.keys(scripts));
  expect(await bench.sql('SELECT id FROM orders')).toEqual([{ id: 1 }]);
  expect(await bench.sql('SELECT FROM pg_index WHERE NOT indisvalid')).toEqual([]);
  return applied;
}

/** As a new database would be, and much quicker. */
async function empty(): Promise<void> {
  await bench.sql('DROP SCHEMA IF EXISTS public, supabase_migrations CASCADE; CREATE SCHEMA public');
}

async function cutAt(cut: Cut, tool: Tool): Promise<boolean> {
  await empty();
  const proxy = await startCuttingProxy(bench.url, cut);
  try {
    const report = await bench.push({ url: proxy.url });
    if (proxy.steps < cut.step) return false;
    const applied = await nothingIsLost(tool);
    expect(report.record?.databases.main?.applied ?? []).toEqual(applied);
    return true;
  } finally {
    await proxy.stop();
  }
}

test.each([
  ['before', 'prisma', 3],
  ['after', 'prisma', 4],
  ['before', 'supabase', 5], // the way is the same
  ['after', 'supabase', 7],
] as const)(
  'the connection cut %s the server has any message (%s): report, ledger and database agree',
  async (when, tool, sampled) => {
    await bench[tool](scripts);
    let step = 3;
    while (await cutAt({ step, when }, tool)) step += strideOf(sampled);
    expect(step).toBeGreaterThan(20);
  },
  120_000,
);

const program = fileURLToPath(new URL('../../../../src/entries/push-schema.ts', import.meta.url));

function startProgram(url: string): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', program], {
    stdio: 'ignore',
    env: { GITHUB_WORKSPACE: bench.folder, INPUT_MIGRATIONS: 'migrations', INPUT_DATABASE: 'URL', URL: url },
  });
}

async function killedAt(step: number): Promise<boolean> {
  await empty();
  let kill = () => {};
  const proxy = await startCuttingProxy(bench.url, { step, when: 'after', onCut: () => kill() });
  const child = startProgram(proxy.url);
  try {
    kill = () => child.kill('SIGKILL');
    const [code] = await once(child, 'exit');
    if (code === 0) return false;
    await nothingIsLost('prisma');
    return true;
  } finally {
    await proxy.stop();
  }
}

test('the process killed at any step of a push: running it again completes', async () => {
  await bench.prisma(scripts);
  let step = 8; // what comes before is only the connection
  while (await killedAt(step)) step += strideOf(6);
  expect(step).toBeGreaterThan(20);
}, 240_000);

describe('an index whose building is cancelled', () => {
  const invalid = () => bench.sql('SELECT FROM pg_index WHERE NOT indisvalid');
  const isBuilding = async () => {
    while ((await bench.sql('SELECT FROM pg_stat_progress_create_index')).length === 0);
  };

  beforeEach(async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users (id int);\nCREATE TABLE other ();' });
    await bench.push();
    await bench.prisma({ '2_index': 'CREATE INDEX CONCURRENTLY users_id ON users (id);' });
  });

  afterEach(async () => {
    expect((await bench.push()).verdict).toBe('passed');
    expect(await invalid()).toEqual([]);
    expect(await bench.sql("SELECT FROM pg_index WHERE indexrelid = 'users_id'::regclass")).toHaveLength(1);
  });

  test('is removed before the process ends, and built by the next run', async () => {
    const reader = await bench.session();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT FROM other'); // the building waits for whoever may still read what was before it
    const child = startProgram(bench.url);
    try {
      await isBuilding();
      child.kill('SIGINT');
      const [code] = await once(child, 'exit');
      expect(code).toBe(1);
      expect(await invalid()).toEqual([]);
      expect(await bench.sql("SELECT FROM pg_class WHERE relname = 'users_id'")).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
    await reader.query('COMMIT');
    await serverHasForgotten();
  });

  test('is named when its table is in use for longer than a cancelled run may wait', async () => {
    const reader = await bench.session();
    await reader.query('BEGIN');
    await reader.query('LOCK TABLE users IN ROW EXCLUSIVE MODE');
    const run = new AbortController();
    const pushing = bench.push({ context: { signal: run.signal } });
    await isBuilding();
    run.abort(new GateError([found(cancelled, { message: 'cancelled by a test' })]));
    const report = await pushing;
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error gate/cancelled', 'warning schema/invalid-index-left']);
    expect(listFindings(report)[1]?.help).toContain('`DROP INDEX CONCURRENTLY public.users_id`');
    await reader.query('COMMIT');
    await serverHasForgotten();
    expect(await invalid()).toHaveLength(1);
  });
});

describe('an index whose rebuilding is cancelled', () => {
  test('leaves neither the new one nor a trace, and is rebuilt by the next run', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users (id int);\nCREATE INDEX users_id ON users (id);' });
    await bench.push();
    await bench.prisma({ '2_rebuild': 'REINDEX INDEX CONCURRENTLY users_id;' });
    const indexes = () =>
      bench.sql(
        "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = 'users'::regclass",
      );
    const reader = await bench.session();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT 1'); // the rebuilding waits for whoever may still read what was before it
    const run = new AbortController();
    const pushing = bench.push({ context: { signal: run.signal } });
    while ((await bench.sql("SELECT FROM pg_class WHERE relname = 'users_id_ccnew'")).length === 0);
    run.abort(new GateError([found(cancelled, { message: 'cancelled by a test' })]));
    expect(codesOf(await pushing)).toEqual(['error gate/cancelled']);
    expect(await indexes()).toEqual([{ relname: 'users_id', indisvalid: true }]);
    await reader.query('COMMIT');
    expect(codesOf(await bench.push())).toEqual([]);
    expect(await indexes()).toEqual([{ relname: 'users_id', indisvalid: true }]);
  });

  test.each(['REINDEX TABLE CONCURRENTLY users', 'REINDEX (VERBOSE, CONCURRENTLY) TABLE public.users'])(
    'what a killed run left of %s is removed by the next one',
    async statement => {
      await bench.prisma({
        '1_users': 'CREATE TABLE users (id int, email text);\nCREATE INDEX users_id ON users (id);',
      });
      await bench.push();
      await bench.sql('CREATE INDEX users_id_ccnew ON users (id)');
      await bench.sql('CREATE INDEX own_ccnew_index ON users (email)');
      await bench.sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_id_ccnew'::regclass");
      await bench.prisma({ '2_rebuild': `${statement};` });
      expect(codesOf(await bench.push())).toEqual([]);
      expect(await bench.sql("SELECT FROM pg_class WHERE relname LIKE 'users_id_ccnew%'")).toEqual([]);
      expect(await bench.sql("SELECT FROM pg_class WHERE relname = 'own_ccnew_index'")).toHaveLength(1);
    },
  );
});

describe('a server that is restarted in the middle of a push', () => {
  test('is waited for, and what was applied is told', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users ();', '2_slow': 'SELECT pg_sleep(60);' });
    const pushing = bench.push();
    const sleeping = "SELECT FROM pg_stat_activity WHERE application_name = 'release-gates' AND wait_event = 'PgSleep'";
    while ((await bench.sql(sleeping)).length === 0);
    await postgres.restart();
    const report = await pushing;
    expect(report.verdict).toBe('error');
    expect(report.record?.databases.main).toMatchObject({ after: '1_users', applied: ['1_users'] });
    expect(codesOf(report)).toHaveLength(1);
    expect(listFindings(report)[0]?.code).toMatch(/^database\/refused|network\/connection-lost$/);
  });
});
