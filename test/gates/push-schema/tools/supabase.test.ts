import { expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

test('applies what is pending, and the ledger is as the CLI writes it', async () => {
  await bench.supabase({
    '20260101000000_initial': '-- People\nCREATE TABLE users (id int);\nCREATE TABLE orders (id int);;\n-- the end',
    '20260102000000_two_words': "INSERT INTO users VALUES (1); COMMENT ON TABLE users IS 'a;b';",
  });
  const report = await bench.push();
  expect(verdictsOf(report)).toEqual([
    'main.ledger passed',
    'main.judgement passed',
    'main.push passed',
    'main.head passed',
    'main.lints passed',
  ]);
  expect(report.outputs.head).toBe('20260102000000_two_words');
  expect(await bench.sql('SELECT * FROM supabase_migrations.schema_migrations ORDER BY version')).toEqual([
    {
      version: '20260101000000',
      name: 'initial',
      statements: ['-- People\nCREATE TABLE users (id int)', 'CREATE TABLE orders (id int)', '-- the end'],
    },
    {
      version: '20260102000000',
      name: 'two_words',
      statements: ['INSERT INTO users VALUES (1)', "COMMENT ON TABLE users IS 'a;b'"],
    },
  ]);
});

test('a ledger of an early CLI gets its missing columns, and what it has counts as applied', async () => {
  await bench.sql('CREATE SCHEMA supabase_migrations');
  await bench.sql('CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY)');
  await bench.sql("INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101000000')");
  await bench.supabase({ '20260101000000_old': 'CREATE TABLE old ();', '20260102000000_new': 'CREATE TABLE new ();' });
  const report = await bench.push();
  expect(report.verdict).toBe('passed');
  expect(report.record?.databases.main).toEqual({
    before: '20260101000000_old',
    after: '20260102000000_new',
    applied: ['20260102000000_new'],
    migrations: [{ name: '20260102000000_new', grade: 'compatible' }],
  });
});

test('a file that was edited after it was applied is warned of; spaces and semicolons do not count', async () => {
  const name = '20260101000000_one';
  const script = "CREATE TABLE one (a text);\n-- a; comment\nINSERT INTO one VALUES ('x; y');\n";
  await bench.supabase({ [name]: script });
  await bench.push();
  await bench.supabase({ [name]: `\r\n${script.replaceAll('\n', '\r\n\n').trim().replace(/;$/, '')}` });
  expect(codesOf(await bench.push())).toEqual([]);
  await bench.supabase({ [name]: script.replace('a text', 'a int') });
  const report = await bench.push();
  expect(report.verdict).toBe('passed');
  expect(listFindings(report)).toMatchObject([
    {
      code: 'schema/edited-after-applied',
      severity: 'warning',
      message: `The migration ${name} was edited after it was applied to main.`,
      place: { path: `migrations/${name}.sql` },
    },
  ]);
});

test('a migration that only the database has stops the push, with the words to repair the ledger', async () => {
  await bench.supabase({ '20260101000000_one': 'CREATE TABLE one ();', '20260102000000_two': 'CREATE TABLE two ();' });
  await bench.push();
  await bench.remove('migrations/20260102000000_two.sql');
  await bench.supabase({ '20260103000000_three': 'CREATE TABLE three ();' });
  const report = await bench.push();
  expect(report.verdict).toBe('failed');
  expect(codesOf(report)).toEqual(['error schema/not-in-repository']);
  expect(listFindings(report)[0]?.help).toContain('supabase migration repair --status reverted 20260102000000');
});

test('a migration older than the newest that is applied stops the push', async () => {
  await bench.supabase({ '20260103000000_three': 'CREATE TABLE three ();' });
  await bench.push();
  await bench.supabase({ '20260102000000_two': 'CREATE TABLE two ();' });
  const report = await bench.push();
  expect(report.verdict).toBe('failed');
  expect(codesOf(report)).toEqual(['error schema/out-of-order']);
  expect(listFindings(report)[0]?.help).toContain('supabase db push --include-all');
});

test('files that are no migrations by their names are warned of, and two of one version stop the push', async () => {
  await bench.supabase({
    '20201231000000_init': 'SELECT 1/0;',
    '20260101000000_one': 'CREATE TABLE one ();',
    notes: 'SELECT 1/0;',
  });
  const report = await bench.push();
  expect(report.verdict).toBe('passed');
  expect(codesOf(report)).toEqual(['warning schema/skipped-file', 'warning schema/skipped-file']);

  await bench.supabase({ '20260101000000_other': 'CREATE TABLE other ();' });
  expect(codesOf(await bench.push())).toContain('error schema/duplicate-version');
});
