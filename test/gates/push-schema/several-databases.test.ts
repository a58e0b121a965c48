import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { listFindings } from '../../../src/core/report.ts';
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
const push = (text = config) =>
  bench.push({ config: text, context: { variables: { DIRECT_URL: bench.url, AUDIT_URL: other } } });

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

describe('G6: several databases with staging first', () => {
  const stagingFirst = `
schema:
  production: { migrations: migrations, database: DIRECT_URL, after: [staging] }
  staging: { migrations: migrations, database: AUDIT_URL }
`;

  test('staging is pushed and verified before production is changed', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users ();' });
    const report = await push(stagingFirst);
    expect(verdictsOf(report).slice(4)).toEqual([
      'staging.push passed',
      'staging.head passed',
      'staging.lints passed',
      'production.push passed',
      'production.head passed',
      'production.lints passed',
    ]);
  });

  test('production is not changed when staging was pushed and does not verify', async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users ();' });
    const wanting = stagingFirst.replace('AUDIT_URL }', 'AUDIT_URL, require: { users: [email] } }');
    const report = await push(wanting);
    expect(report.verdict).toBe('failed');
    expect(report.headline).toBe('1 migration applied before the push stopped.');
    expect(verdictsOf(report).filter(check => check.startsWith('production.'))).toEqual([
      'production.ledger passed',
      'production.judgement passed',
    ]);
    expect(await bench.sql("SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  });

  test('databases that wait for each other are told, with the line', async () => {
    const config = stagingFirst.replace('AUDIT_URL }', 'AUDIT_URL, after: [production] }');
    await expect(push(config)).rejects.toMatchObject({
      findings: [
        {
          code: 'schema/cycle',
          message: 'These databases wait for each other: production after staging after production.',
          place: { path: 'release-gates.yml', line: 3 },
        },
      ],
    });
  });

  test('a database that is not declared is told, with the nearest name', async () => {
    await expect(push(stagingFirst.replace('[staging]', '[stagin]'))).rejects.toMatchObject({
      findings: [{ code: 'config/unknown-reference', help: expect.stringContaining('staging') }],
    });
  });
});

test('a finding says of which database it is, where two share a folder', async () => {
  await bench.write({ 'db/1_broken.sql': 'ALTER TABLE missing ADD COLUMN x int;' });
  const report = await push(`
schema:
  staging: { migrations: db, database: AUDIT_URL }
  main: { migrations: db, database: DIRECT_URL, after: [staging] }
`);
  expect(listFindings(report).map(({ message }) => message)).toEqual([
    expect.stringMatching(/^staging: 1_broken failed with SQLSTATE 42P01/),
  ]);
});
