import { beforeEach, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { codesOf, type Workbench, withWorkbench } from './workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const tables = () => bench.sql("SELECT FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");

describe('refused before anything is applied', () => {
  test('a script that does not parse, with its place and what was not expected', async () => {
    await bench.supabase({ '1_good': 'CREATE TABLE good ();', '2_bad': 'CREATE TABLE a (\n  id int,\n);' });
    const report = await bench.push();
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/syntax-error']);
    expect(listFindings(report)[0]).toMatchObject({
      message: '2_bad is not SQL: syntax error at or near ")".',
      place: { path: 'migrations/2_bad.sql', line: 3, column: 1 },
    });
    expect(await tables()).toEqual([]);
  });

  test('the ledger of another project', async () => {
    await bench.prisma({ '1_other': 'CREATE TABLE other ();' });
    await bench.push();
    await bench.remove('migrations/1_other');
    await bench.prisma({ '2_users': 'CREATE TABLE users ();' });
    const report = await bench.push();
    expect(codesOf(report)).toContain('error schema/wrong-database');
    expect(listFindings(report).find(({ code }) => code === 'schema/wrong-database')?.message).toBe(
      'The ledger of main has 1_other; the repository has none of its migrations.',
    );
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'users'")).toEqual([]);
  });

  test('a folder that is not of the tool that `tool` names', async () => {
    await bench.write({ 'migrations/V1__flyway.sql': 'SELECT 1;' });
    const report = await bench.push({ settings: 'tool: supabase' });
    expect(codesOf(report)).toEqual(['error schema/unknown-layout']);
  });
});

describe('R9, V10: what loses data', () => {
  beforeEach(async () => {
    await bench.prisma({ '1_users': 'CREATE TABLE users (id int, email text);\nINSERT INTO users VALUES (1);' });
    await bench.push();
    await bench.prisma({ '2_drop': 'ALTER TABLE users DROP COLUMN email;' });
  });

  test('is refused until the input `approve` names the migration', async () => {
    const report = await bench.push();
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/drops-column']);
    expect(await bench.sql('SELECT email FROM users')).toHaveLength(1);

    const approved = await bench.push({ approved: ['2_drop'] });
    expect(approved.verdict).toBe('passed');
    expect(codesOf(approved)).toEqual(['notice schema/drops-column']);
  });

  test('is not applied by an approval of a migration that does not exist', async () => {
    const report = await bench.push({ approved: ['2_drob'] });
    expect(report.verdict).not.toBe('passed');
    expect(codesOf(report)).toEqual(['error config/invalid-input', 'error schema/drops-column']);
    expect(listFindings(report)[0]).toMatchObject({
      message: 'The input `approve` names the unknown migration 2_drob. Nothing was applied.',
      help: expect.stringContaining('2_drop'),
    });
    expect(await bench.sql('SELECT email FROM users')).toHaveLength(1);
  });

  test('is warned of when the approval is of a migration that is applied, as when the job is run again', async () => {
    const given = { approved: ['2_drop'] };
    await bench.push(given);
    const again = await bench.push(given);
    expect(again.verdict).toBe('passed');
    expect(codesOf(again)).toEqual(['warning schema/needless-approval']);
  });

  describe('and is left to the reviewers of the GitHub environment', () => {
    const settings = 'destructive: environment';

    test('passes with those who approved the run', async () => {
      const report = await bench.push({ settings, environmentApproval: async () => 'ada for production' });
      expect(report.verdict).toBe('passed');
      expect(listFindings(report)).toMatchObject([
        { severity: 'notice', help: 'No action needed: the run was approved by ada for production.' },
      ]);
    });

    test('is refused where none has', async () => {
      const report = await bench.push({ settings, environmentApproval: async () => undefined });
      expect(report.verdict).toBe('failed');
      expect(listFindings(report)[0]?.help).toMatch(/no reviewer has approved this run for its GitHub environment/);
      expect(await bench.sql('SELECT email FROM users')).toHaveLength(1);
    });

    test('is not asked of GitHub where nothing is lost, the name is approved, or nothing is pushed', async () => {
      const environmentApproval = () => Promise.reject(new Error('asked'));
      const checked = await bench.push({ settings, mode: 'check', environmentApproval });
      expect(codesOf(checked)).toEqual(['warning schema/drops-column']);
      expect((await bench.push({ settings, approved: ['2_drop'], environmentApproval })).verdict).toBe('passed');
      await bench.prisma({ '3_more': 'CREATE TABLE more ();' });
      expect((await bench.push({ settings, environmentApproval })).verdict).toBe('passed');
    });
  });

  test('is in the release record, with the statement, for whoever wants to go back', async () => {
    const report = await bench.push({ settings: 'destructive: allow' });
    expect(codesOf(report)).toEqual(['warning schema/drops-column']);
    expect(report.record?.databases.main?.migrations).toEqual([
      { name: '2_drop', grade: 'irreversible', because: 'ALTER TABLE users DROP COLUMN email' },
    ]);
  });
});

test('a hazard counts by the size that the table really has', async () => {
  await bench.sql('CREATE TABLE small AS SELECT generate_series(1, 200) AS id');
  await bench.sql("CREATE TABLE medium AS SELECT repeat('x', 1000) AS filler FROM generate_series(1, 3000)");
  await bench.sql('ANALYZE');
  await bench.supabase({ '1_index': 'CREATE INDEX ON small (id);\nCREATE INDEX ON medium (filler);' });
  const report = await bench.push({ mode: 'check' });
  expect(codesOf(report)).toEqual(['notice schema/index-not-concurrent', 'warning schema/index-not-concurrent']);
  expect(listFindings(report)[0]?.message).toContain('about 200 rows (8 kB)');
  expect(listFindings(report)[1]?.message).toContain('about 3,000 rows (3 MB)');
});
