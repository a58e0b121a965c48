import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../../src/core/errors.ts';
import { found } from '../../../../src/core/finding.ts';
import { cancelled } from '../../../../src/core/gate-findings.ts';
import { listFindings } from '../../../../src/core/report.ts';
import { testContext } from '../../../support/context.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const pg = createRequire(import.meta.url).resolve('pg');

/**
 * What Prisma does: a row before each migration, which is ended or keeps why it failed; the next run stops at such a
 * row.
 */
const tool = `const { Client } = require(${JSON.stringify(pg)});
const { readdirSync, readFileSync } = require('node:fs');
(async () => {
  const client = new Client({ connectionString: process.env.DIRECT_URL });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz DEFAULT now(), applied_steps_count int DEFAULT 1)');
  for (const name of readdirSync('migrations').sort()) {
    const script = readFileSync('migrations/' + name + '/migration.sql', 'utf8');
    const checksum = require('node:crypto').hash('sha256', script);
    const { rows } = await client.query('SELECT finished_at FROM _prisma_migrations WHERE migration_name = $1', [name]);
    if (rows[0] && !rows[0].finished_at) throw new Error('P3009');
    if (rows[0]) continue;
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (gen_random_uuid(), $1, $2)', [checksum, name]);
    await client.query(script);
    await client.query('UPDATE _prisma_migrations SET finished_at = now() WHERE migration_name = $1', [name]);
  }
  await client.end();
})().catch(error => { console.error(String(error)); process.exit(1); });
`;
const apply = `apply: ${JSON.stringify(`${process.execPath} tool.cjs`)}`;
const variables = () => ({ DIRECT_URL: bench.url, PATH: process.env.PATH });
const push = (settings = apply) => bench.push({ settings, context: { variables: variables() } });

beforeEach(async () => {
  await bench.write({ 'tool.cjs': tool });
  await bench.prisma({ '1_users': 'CREATE TABLE users (id int);', '2_orders': 'CREATE TABLE orders (id int);' });
});

describe('a command that fails', () => {
  test('has applied what the ledger says, and no more', async () => {
    await bench.prisma({ '2_orders': 'SELECT nope;', '3_more': 'SELECT 1;' });
    const report = await push();
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/command-failed', 'error schema/failed-halfway']);
    expect(listFindings(report)[0]?.message).toMatch(/ ended with exit status 1\. Still pending: 3_more\.$/);
    expect(listFindings(report)[1]?.place).toEqual({ path: 'migrations/2_orders/migration.sql' });
    expect(JSON.parse(report.outputs.applied ?? '')).toEqual([{ database: 'main', migration: '1_users' }]);
    expect(report.record?.databases.main).toMatchObject({ after: '1_users', applied: ['1_users'] });
  });

  test('of which nobody knows why says nothing of the release, and points at its line', async () => {
    const report = await push('apply: exit 3');
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error schema/command-failed']);
    expect(listFindings(report)[0]).toMatchObject({
      message: '`exit 3` ended with exit status 3. Still pending: 1_users, 2_orders.',
      place: { path: 'release-gates.yml', line: 5 },
    });
  });

  test('as it is not installed is told so', async () => {
    const report = await push('apply: there-is-no-such-tool deploy');
    expect(listFindings(report)[0]?.help).toBe(
      'Install the program in a step before this one: the shell did not find it.',
    );
  });
});

test('a command gets the connection string, what its text names and `env`, and no other credential of the step', async () => {
  const settings =
    'apply: echo $NAMED_TOKEN > /dev/null; env | cut -d= -f1 > names\nenv: { DATABASE_URL: "${POOLED_URL}" }';
  const step = { ...variables(), NAMED_TOKEN: 'fake', POOLED_URL: bench.url, VERCEL_TOKEN: 'fake-other' };
  await bench.push({ settings, context: { variables: step } });
  const names = (await readFile(join(bench.folder, 'names'), 'utf8')).split('\n');
  expect(names).toEqual(expect.arrayContaining(['DIRECT_URL', 'DATABASE_URL', 'NAMED_TOKEN', 'PATH']));
  expect(names.filter(name => ['POOLED_URL', 'VERCEL_TOKEN'].includes(name))).toEqual([]);
});

test('`env` without `apply` is refused', async () => {
  const settings = 'env: { DATABASE_URL: "${POOLED_URL}" }';
  await expect(bench.push({ settings, context: { variables: variables() } })).rejects.toMatchObject({
    findings: [{ code: 'config/invalid-value', help: expect.stringContaining('no `env` without `apply`') }],
  });
});

test('a command that succeeds and applies nothing to this database is a failure, with the database that was meant', async () => {
  const report = await push('apply: "true"');
  expect(report.verdict).toBe('failed');
  expect(codesOf(report)).toEqual(['error schema/command-left-pending']);
  const { hostname, port, pathname } = new URL(bench.url);
  expect(listFindings(report)[0]?.message).toBe(
    `\`true\` succeeded, but 1_users, 2_orders are still not applied to main (${hostname}:${port}${pathname}).`,
  );
});

test('a command that leaves something running, which holds its output, is not waited for any longer', async () => {
  const lines: string[] = [];
  const log = { ...testContext().log, quote: (line: string) => void lines.push(line) };
  const context = { variables: variables(), log };
  const report = await bench.push({ settings: 'apply: sleep 600 & echo $!; exit 3', context });
  process.kill(Number(lines[0]));
  expect(codesOf(report)).toEqual(['error schema/command-failed']);
});

test('what another release applies while the lock is waited for is not said to be applied by this one', async () => {
  const other = await bench.session();
  await other.query('SELECT pg_advisory_lock(72707369)');
  const { log } = testContext();
  const info = (text: string) => {
    if (!text.includes('holds the migration lock')) return;
    execFileSync(process.execPath, ['tool.cjs'], { cwd: bench.folder, env: variables() }); // the other release
    void other.query('SELECT pg_advisory_unlock(72707369)');
  };
  const context = { variables: variables(), log: { ...log, info } };
  const report = await bench.push({ settings: apply, lockWait: 60_000, context });
  expect(report.verdict).toBe('passed');
  expect(JSON.parse(report.outputs.applied ?? '')).toEqual([]);
});

test('a baseline that names no migration is told, with the nearest name', async () => {
  const report = await push(`${apply}\nbaseline: 1_user`);
  expect(report.verdict).toBe('error');
  expect(codesOf(report)).toEqual(['error config/unknown-reference']);
  expect(listFindings(report)[0]).toMatchObject({
    message: '`baseline` of main names the migration "1_user", which is not in migrations.',
    help: 'Did you mean "1_users"?',
    place: { path: 'release-gates.yml', line: 6 },
  });
});

test('a baseline is entered before the command runs, which then finds it', async () => {
  await bench.sql('CREATE TABLE users (id int)');
  const report = await push(`${apply}\nbaseline: 1_users`);
  expect(codesOf(report)).toEqual([]);
  expect(JSON.parse(report.outputs.applied ?? '')).toEqual([{ database: 'main', migration: '2_orders' }]);
});

test('a command that is cancelled: what it has applied, begun and left invalid is told, and stops the next run', async () => {
  await bench.prisma({ '2_orders': 'CREATE INDEX CONCURRENTLY users_id ON users (id);' });
  const reader = await bench.session();
  const run = new AbortController();
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await reader.query('SELECT 1'); // the building waits for whoever may still read what was before it
  const pushing = bench.push({ settings: apply, context: { variables: variables(), signal: run.signal } });
  while ((await bench.sql('SELECT FROM pg_stat_progress_create_index')).length === 0);
  run.abort(new GateError([found(cancelled, { message: 'cancelled by a test' })]));
  const report = await pushing;
  expect(report.verdict).toBe('error');
  expect(codesOf(report)).toEqual([
    'error gate/cancelled',
    'error schema/failed-halfway',
    'warning schema/invalid-index-left',
  ]);
  const [, , left] = listFindings(report);
  expect(left?.message).toContain('The command left the invalid index public.users_id in main.');
  expect(left?.help).toContain('DROP INDEX CONCURRENTLY public.users_id');
  expect(JSON.parse(report.outputs.applied ?? '')).toEqual([{ database: 'main', migration: '1_users' }]);

  await reader.query('COMMIT');
  const next = await push();
  expect(verdictsOf(next)).toEqual(['main.ledger failed']);
  expect(codesOf(next)).toEqual(['error schema/failed-halfway']);
});
