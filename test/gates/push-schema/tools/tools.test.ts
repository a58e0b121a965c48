import { describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { testContext } from '../../../support/context.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const files = (scripts: Record<string, string>) =>
  bench.write(Object.fromEntries(Object.entries(scripts).map(([name, text]) => [`migrations/${name}`, text])));
const applied = async () => JSON.parse((await bench.push()).outputs.applied ?? '').length;

describe('plain SQL: a folder and a connection string are enough', () => {
  test('is applied in the order of the names, once', async () => {
    await files({ '001_users.sql': 'CREATE TABLE users (id int);', '002_more.sql': 'INSERT INTO users VALUES (1);' });
    expect(await applied()).toBe(2);
    expect(await applied()).toBe(0);
    expect(await bench.sql('SELECT name, length(checksum) AS length FROM release_gates.migrations')).toEqual([
      { name: '001_users', length: 64 },
      { name: '002_more', length: 64 },
    ]);
  });

  test('an edited, a missing and a late file stop the push', async () => {
    await files({ '1.sql': 'SELECT 1;', '2.sql': 'SELECT 2;', '3.sql': 'SELECT 3;' });
    await bench.push();
    await bench.remove('migrations/3.sql');
    await files({ '1.sql': 'SELECT 0;', '15.sql': 'SELECT 1.5;' });
    const report = await bench.push();
    expect(codesOf(report)).toEqual([
      'error schema/edited-after-applied',
      'error schema/not-in-repository',
      'error schema/out-of-order',
    ]);
    const [, missing] = listFindings(report);
    expect(missing?.message).toBe('The database main has 1 migration that the repository does not have: 3.');
    expect(missing?.help).toContain("DELETE FROM release_gates.migrations WHERE name IN ('3').");
  });

  test('a database that has tables already is adopted from a baseline on', async () => {
    await bench.sql('CREATE TABLE users (id int)');
    await files({
      '1_users.sql': 'CREATE TABLE users (id int);',
      '2_name.sql': 'ALTER TABLE users ADD COLUMN name text;',
    });
    const report = await bench.push();
    expect(codesOf(report)).toEqual(['error schema/not-empty']);
    expect(listFindings(report)[0]?.help).toContain('set `baseline` to the last file');

    const adopted = await bench.push({ settings: 'baseline: 1_users' });
    expect(codesOf(adopted)).toEqual([]);
    expect(adopted.record?.databases.main).toMatchObject({ before: '1_users', after: '2_name', applied: ['2_name'] });
    expect(await bench.sql('SELECT name FROM release_gates.migrations ORDER BY 1')).toHaveLength(2);
    expect(await applied()).toBe(0);
  });

  test('a baseline that has all there is makes the ledger, so that the setting can go again', async () => {
    await bench.sql('CREATE TABLE users (id int)');
    await files({ '1_users.sql': 'CREATE TABLE users (id int);' });
    const adopted = await bench.push({ settings: 'baseline: 1_users' });
    expect(verdictsOf(adopted)).toContain('main.push passed');
    expect(JSON.parse(adopted.outputs.applied ?? '')).toEqual([]);
    expect(codesOf(await bench.push())).toEqual([]);
  });

  test('a baseline of Prisma is as `migrate resolve` would have it', async () => {
    await bench.sql('CREATE TABLE users (id int)');
    await bench.prisma({
      '1_users': 'CREATE TABLE users (id int);',
      '2_name': 'ALTER TABLE users ADD COLUMN name text;',
    });
    expect((await bench.push({ settings: 'baseline: 1_users' })).verdict).toBe('passed');
    expect(await bench.sql('SELECT FROM _prisma_migrations WHERE finished_at IS NOT NULL')).toHaveLength(2);
  });
});

describe('Drizzle', () => {
  const journal = (whens: Record<string, number>) =>
    files({
      'meta/_journal.json': JSON.stringify({ entries: Object.entries(whens).map(([tag, when]) => ({ tag, when })) }),
    });

  test('an edited script, and one that Drizzle would leave out for ever, stop the push', async () => {
    await files({ '0000_a.sql': 'SELECT 1', '0001_b.sql': 'SELECT 2\n--> statement-breakpoint\nSELECT 3' });
    await journal({ '0000_a': 1000, '0001_b': 3000 });
    expect(await applied()).toBe(2);
    await files({ '0000_a.sql': 'SELECT 0', '0001_c.sql': 'SELECT 4' });
    await journal({ '0000_a': 1000, '0001_c': 2000, '0001_b': 3000 });
    const report = await bench.push();
    expect(codesOf(report)).toEqual(['error schema/edited-after-applied', 'error schema/out-of-order']);
    expect(listFindings(report)[1]?.help).toContain('npx drizzle-kit drop');
  });

  test('a journal that is none, and a tag without its file, are told', async () => {
    await files({ 'meta/_journal.json': '{' });
    expect(codesOf(await bench.push())).toEqual(['error schema/unreadable-script']);
    await journal({ '0000_a': 1000 });
    expect(codesOf(await bench.push())).toEqual(['error schema/missing-script']);
  });

  test('errors stand at their place in the file, breakpoints or not', async () => {
    await files({ '0000_a.sql': 'SELECT 1\n--> statement-breakpoint\nSELECT nope' });
    await journal({ '0000_a': 1000 });
    const [finding] = listFindings(await bench.push());
    expect(finding?.place).toEqual({ path: 'migrations/0000_a.sql', line: 3, column: 8 });
  });
});

test.each(['SET ROLE', 'SET SESSION AUTHORIZATION'])('%s in a script ends with it', async statement => {
  await bench.sql('DROP ROLE IF EXISTS powerless; CREATE ROLE powerless');
  await files({ '001_a.sql': `${statement} powerless;`, '002_b.sql': 'CREATE TABLE made (id int);' });
  try {
    expect(codesOf(await bench.push())).toEqual([]);
    expect(await bench.sql("SELECT tableowner <> 'powerless' AS own FROM pg_tables WHERE tablename = 'made'")).toEqual([
      { own: true },
    ]);
  } finally {
    await bench.sql('DROP ROLE powerless');
  }
});

describe('node-pg-migrate', () => {
  const script = (up: string) => `-- Up Migration\n${up}\n-- Down Migration\nDROP TABLE nothing;\n`;

  test('only what leads up is applied, and its errors stand at their place', async () => {
    await files({
      '1767225600000_a.sql': script('CREATE TABLE a (id int);'),
      '1767225600001_b.sql': script('SELECT nope;'),
    });
    const report = await bench.push();
    expect(codesOf(report)).toEqual(['error schema/migration-failed']);
    expect(listFindings(report)[0]?.place).toEqual({ path: 'migrations/1767225600001_b.sql', line: 2, column: 8 });
    expect(await bench.sql('SELECT name FROM pgmigrations')).toEqual([{ name: '1767225600000_a' }]);
  });

  test('a script that leaves another search path, as pg_dump writes it, is entered all the same', async () => {
    await files({ '1767225600000_a.sql': script("SELECT pg_catalog.set_config('search_path', '', false);") });
    const report = await bench.push();
    expect(report.verdict).toBe('passed');
    expect(report.outputs.head).toBe('1767225600000_a');
    expect(await applied()).toBe(0);
  });

  test('its order is checked as the tool does, and programs are left to it', async () => {
    await files({ '1767225600001_b.sql': script('SELECT 1;') });
    await bench.push();
    await files({ '1767225600000_a.sql': script('SELECT 1;'), '1767225600002_c.js': 'exports.up = pgm => {};' });
    expect(codesOf(await bench.push())).toEqual([
      'error schema/out-of-order',
      'error schema/needs-own-tool',
      'notice schema/not-judged',
    ]);
  });
});

describe('knex', () => {
  test('a lock that was left behind is told, with the words to free it', async () => {
    await files({ '20260101000000_users.js': 'exports.up = () => {};' });
    await bench.sql('CREATE TABLE knex_migrations (id serial, name text, batch int, migration_time timestamptz)');
    await bench.sql('CREATE TABLE knex_migrations_lock (index serial, is_locked int)');
    await bench.sql('INSERT INTO knex_migrations_lock (is_locked) VALUES (1)');
    await bench.sql("INSERT INTO knex_migrations (name) VALUES ('20250101000000_gone.js')");
    const report = await bench.push();
    expect(codesOf(report)).toContain('error schema/stuck-lock');
    expect(codesOf(report)).toContain('error schema/not-in-repository');
    expect(listFindings(report)[0]?.help).toContain('npx knex migrate:unlock');
  });
});

describe('a command of the configuration', () => {
  const variables = () => ({ DIRECT_URL: bench.url, PATH: process.env.PATH });

  test('that fails is told, with what it applied all the same', async () => {
    await bench.prisma({ '1_a': 'SELECT 1;', '2_b': 'SELECT 2;' });
    const report = await bench.push({
      settings: 'apply: echo a word of the tool; exit 3',
      context: { variables: variables() },
    });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error schema/command-failed']);
    expect(listFindings(report)[0]?.message).toBe(
      '`echo a word of the tool; exit 3` ended with exit status 3. Still pending: 1_a, 2_b.',
    );
  });

  test('is ended, with all that it has started, when the run is cancelled', async () => {
    await bench.prisma({ '1_a': 'SELECT 1;' });
    const run = new AbortController();
    const info = (text: string) => {
      if (text.startsWith('Running')) setTimeout(() => run.abort(new Error('cancelled by a test')), 100);
    };
    const log = { ...testContext().log, info };
    const context = { variables: variables(), signal: run.signal, log };
    const report = await bench.push({ settings: 'apply: sleep 600 & wait', context });
    expect(report.verdict).toBe('error');
  });
});
