import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';
import { freshDatabase, openWorkbench, verdictsOf, type Workbench } from './workbench.ts';

let postgres: RunningPostgres;
let bench: Workbench;
let other: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  bench = await openWorkbench(await freshDatabase(postgres));
  other = await postgres.createDatabase();
});
afterEach(() => bench.clear());

const config = `
schema:
  main: { migrations: migrations, database: DIRECT_URL }
  audit: { migrations: audit/migrations/, database: AUDIT_URL }
`;
const push = () => bench.push({ config, context: { variables: { DIRECT_URL: bench.url, AUDIT_URL: other } } });

async function inOther(text: string): Promise<void> {
  const client = new Client({ connectionString: other });
  await client.connect();
  await client.query(text);
  await client.end();
}

test('each is pushed in the order of the configuration, with its own tool', async () => {
  await bench.prisma({ '1_users': 'CREATE TABLE users ();' });
  await bench.write({ 'audit/migrations/1_log.sql': 'CREATE TABLE log ();' });
  const report = await push();
  expect(verdictsOf(report)).toEqual([
    'main.ledger passed',
    'audit.ledger passed',
    'main.judgement passed',
    'audit.judgement passed',
    'main.push passed',
    'main.head passed',
    'main.lints passed',
    'audit.push passed',
    'audit.head passed',
    'audit.lints passed',
  ]);
  expect(JSON.parse(report.outputs.head ?? '')).toEqual({ main: '1_users', audit: '1_log' });
  expect(report.headline).toBe('2 migrations applied and verified.');
});

test('none is changed when the plan of one of them does not hold', async () => {
  await bench.prisma({ '1_users': 'CREATE TABLE users ();' });
  await bench.write({ 'audit/migrations/1_log/migration.sql': 'CREATE TABLE log ();' });
  await inOther('CREATE TABLE strangers ()');
  const report = await push();
  expect(verdictsOf(report)).toEqual([
    'main.ledger passed',
    'audit.ledger failed',
    'main.judgement passed',
    'audit.judgement passed',
  ]);
  expect(await bench.sql("SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
});

test('a later one is not changed when an earlier push fails', async () => {
  await bench.prisma({ '1_users': 'SELECT nope;' });
  await bench.write({ 'audit/migrations/1_log.sql': 'CREATE TABLE log ();' });
  const report = await push();
  expect(verdictsOf(report)).toEqual([
    'main.ledger passed',
    'audit.ledger passed',
    'main.judgement passed',
    'audit.judgement passed',
    'main.push failed',
  ]);
  await inOther('CREATE TABLE log ()');
});
