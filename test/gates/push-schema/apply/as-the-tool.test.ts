import { describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { codesOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const tables = () => bench.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");

describe('what the tools accept is accepted', () => {
  const alterEnum = [
    `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN'); CREATE TABLE users (role "Role");`,
    '-- AlterEnum',
    'BEGIN;',
    `CREATE TYPE "Role_new" AS ENUM ('USER');`,
    'ALTER TABLE users ALTER COLUMN role TYPE "Role_new" USING (role::text::"Role_new");',
    'ALTER TYPE "Role" RENAME TO "Role_old"; ALTER TYPE "Role_new" RENAME TO "Role"; DROP TYPE "Role_old";',
    'COMMIT;',
    '-- CreateTable',
  ];

  test("Prisma's pair of BEGIN and COMMIT, followed by more", async () => {
    await bench.prisma({ '1_role': [...alterEnum, 'CREATE TABLE orders (id int);'].join('\n') });
    const report = await bench.push({ settings: 'destructive: allow' });
    expect(listFindings(report).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(await bench.sql('SELECT enumlabel FROM pg_enum WHERE enumtypid = \'"Role"\'::regtype')).toEqual([
      { enumlabel: 'USER' },
    ]);
  });

  test('such a pair leaves nothing behind when a later statement fails', async () => {
    await bench.prisma({ '1_role': [...alterEnum, 'SELECT nope;'].join('\n') });
    const report = await bench.push({ settings: 'destructive: allow' });
    expect(codesOf(report)).toContain('error schema/migration-failed');
    const [failed] = listFindings(report).filter(({ code }) => code === 'schema/migration-failed');
    expect(failed?.place).toMatchObject({ line: 9, column: 8 });
    expect(await tables()).toEqual([{ tablename: '_prisma_migrations' }]);
  });

  test.each(['BEGIN; CREATE TABLE a ();', 'COMMIT; BEGIN; SELECT 1;', 'BEGIN; BEGIN; COMMIT; COMMIT;'])(
    'what is no pair is refused: %s',
    async script => {
      await bench.prisma({ '1_a': script });
      expect(codesOf(await bench.push())).toContain('error schema/transaction-control');
      expect(await tables()).toEqual([]);
    },
  );

  test.each(['prisma', 'supabase'] as const)('a byte order mark (%s)', async tool => {
    await bench[tool]({ '20260101000000_a': '\ufeffCREATE TABLE a ();' });
    expect(codesOf(await bench.push())).not.toContain('error schema/syntax-error');
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'a'")).toHaveLength(1);
    expect(codesOf(await bench.push())).not.toContain('warning schema/edited-after-applied');
  });

  test('settings before a statement outside of a transaction', async () => {
    await bench.sql('CREATE TABLE a (id int)');
    await bench.supabase({
      '20260101000000_a':
        "SET lock_timeout = '7s';\nSET statement_timeout = 0;\nCREATE INDEX CONCURRENTLY a_id ON a (id);",
    });
    expect((await bench.push()).verdict).toBe('passed');
    expect(await bench.sql("SELECT FROM pg_index WHERE indexrelid = 'a_id'::regclass AND indisvalid")).toHaveLength(1);
  });

  test('an error after such settings stands at its place', async () => {
    await bench.supabase({
      '20260101000000_a': 'SET statement_timeout = 0;\nCREATE INDEX CONCURRENTLY a_id ON nope (id);',
    });
    const findings = listFindings(await bench.push());
    expect(findings.find(({ code }) => code === 'schema/failed-outside-transaction')?.place).toMatchObject({ line: 2 });
  });
});

test('CREATE INDEX CONCURRENTLY between BEGIN and COMMIT is found before it is applied', async () => {
  await bench.sql('CREATE TABLE a (id int)');
  await bench.supabase({ '20260101000000_a': 'BEGIN;\nCREATE INDEX CONCURRENTLY a_id ON a (id);\nCOMMIT;' });
  const report = await bench.push();
  const [finding] = listFindings(report).filter(({ code }) => code === 'schema/needs-no-transaction');
  expect(finding?.message).toContain('has a transaction of its own');
  expect(finding?.place).toMatchObject({ line: 2, column: 1 });
  expect(await bench.sql("SELECT FROM pg_namespace WHERE nspname = 'supabase_migrations'")).toEqual([]);
});

describe('a statement outside of a transaction', () => {
  test.each(['VACUUM FULL a', 'REINDEX SCHEMA public'])('waits only as long as `lock-timeout`: %s', async statement => {
    await bench.sql('CREATE TABLE a (id int primary key)');
    const reader = await bench.session();
    await reader.query('BEGIN; SELECT * FROM a');
    await bench.supabase({ '20260101000000_a': `${statement};` });
    const report = await bench.push({ settings: 'lock-timeout: 200ms\nlock-retries: 1' });
    expect(codesOf(report)).toContain('error schema/lock-timeout');
    await reader.query('COMMIT');
    expect((await bench.push()).verdict).toBe('passed');
  });

  test('that waited too long does not stop the next push of Prisma', async () => {
    await bench.prisma({ '1_a': 'CREATE TABLE a (id int primary key);' });
    await bench.push();
    const reader = await bench.session();
    await reader.query('BEGIN; SELECT * FROM a');
    await bench.prisma({ '2_vacuum': 'VACUUM FULL a;' });
    await bench.push({ settings: 'lock-timeout: 200ms\nlock-retries: 0' });
    await reader.query('COMMIT');
    expect((await bench.push()).verdict).toBe('passed');
  });

  test('is only recorded where a killed run has dropped the index already', async () => {
    await bench.sql('CREATE TABLE a (id int)');
    await bench.supabase({ '20260101000000_a': 'DROP INDEX CONCURRENTLY a_id;' });
    expect((await bench.push()).verdict).toBe('passed');
  });

  test('is only recorded where a killed run has detached the partition already', async () => {
    await bench.sql('CREATE TABLE a (id int) PARTITION BY LIST (id)');
    await bench.sql('CREATE TABLE a_1 (id int)');
    await bench.supabase({ '20260101000000_a': 'ALTER TABLE a DETACH PARTITION a_1 CONCURRENTLY;' });
    expect((await bench.push()).verdict).toBe('passed');
  });

  test('completes a partition that was detached half-way', async () => {
    await bench.sql('CREATE TABLE a (id int) PARTITION BY LIST (id)');
    await bench.sql('CREATE TABLE a_1 PARTITION OF a FOR VALUES IN (1)');
    const reader = await bench.session();
    await reader.query('BEGIN; SELECT * FROM a');
    const interrupted = await bench.session();
    await interrupted.query("SET lock_timeout = '300ms'");
    const detach = interrupted.query('ALTER TABLE a DETACH PARTITION a_1 CONCURRENTLY');
    await expect(detach).rejects.toThrow('lock timeout');
    await reader.query('COMMIT');
    expect(await bench.sql('SELECT inhdetachpending AS half FROM pg_inherits')).toEqual([{ half: true }]);
    await bench.supabase({ '20260101000000_a': 'ALTER TABLE a DETACH PARTITION a_1 CONCURRENTLY;' });
    expect((await bench.push()).verdict).toBe('passed');
    expect(await bench.sql('SELECT FROM pg_inherits')).toEqual([]);
  });
});
