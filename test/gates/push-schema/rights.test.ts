import { beforeEach, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { codesOf, type Workbench, withWorkbench } from './workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const asRole = (name: string) => Object.assign(new URL(bench.url), { username: name, password: `fake-${name}` }).href;

/** `clerk` may create in public and use the tables; they belong to `boss`, which `deputy` can become. */
beforeEach(async () => {
  for (const role of ['boss', 'clerk', 'deputy']) {
    await bench.sql(`DO $$ BEGIN CREATE ROLE ${role} LOGIN NOINHERIT PASSWORD 'fake-${role}';
      EXCEPTION WHEN duplicate_object THEN END $$`);
  }
  await bench.sql(`GRANT USAGE, CREATE ON SCHEMA public TO boss, clerk, deputy; GRANT boss TO deputy;
    CREATE SCHEMA IF NOT EXISTS closed; CREATE SCHEMA supabase_migrations;
    CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text);
    GRANT USAGE ON SCHEMA closed, supabase_migrations TO PUBLIC;
    GRANT ALL ON supabase_migrations.schema_migrations TO PUBLIC;
    CREATE TABLE users (id int PRIMARY KEY, email text); ALTER TABLE users OWNER TO boss;
    CREATE TABLE logs (id int); ALTER TABLE logs OWNER TO boss; GRANT SELECT, INSERT ON logs TO clerk;
    CREATE VIEW names AS SELECT email FROM users; ALTER VIEW names OWNER TO boss;
    CREATE TABLE own (id int); ALTER TABLE own OWNER TO clerk`);
});

const missing = 'error schema/missing-right';

describe('what the role may not do is known before anything is changed', () => {
  test.each([
    ['ALTER TABLE users ADD COLUMN age int;', 'belongs to boss'],
    ['CREATE INDEX CONCURRENTLY users_email ON users (email);', 'belongs to boss'],
    ['CREATE POLICY p ON users USING (id = 1);', 'belongs to boss'],
    ["COMMENT ON COLUMN users.email IS 'x';", 'belongs to boss'],
    ['DROP VIEW names;', 'belongs to boss'],
    ['CREATE OR REPLACE VIEW names AS SELECT email FROM users;', 'belongs to boss'],
    ['UPDATE logs SET id = 2 WHERE id = 1;', 'lacks the right UPDATE on logs'],
    ['CREATE TABLE notes (author int REFERENCES users (id));', 'lacks the right REFERENCES on users'],
    ['ALTER TABLE own ADD COLUMN author int REFERENCES users (id);', 'lacks the right REFERENCES on users'],
    ['CREATE TABLE closed.notes (id int);', 'may not create notes in the schema closed'],
    ['CREATE SCHEMA fresh;', 'may not create schemas'],
    ['CREATE ROLE other;', 'may not create roles'],
    [
      'CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();',
      'may not create event triggers',
    ],
  ])('%s', async (script, message) => {
    await bench.supabase({ '1_good': 'CREATE TABLE good ();', '2_more': script });
    const report = await bench.push({ url: asRole('clerk') });
    expect(report.verdict).toBe('error');
    expect(codesOf(report).filter(code => code.startsWith('error'))).toEqual([missing]);
    expect(listFindings(report).find(({ code }) => code === 'schema/missing-right')).toMatchObject({
      message: expect.stringContaining(message),
      place: { path: 'migrations/2_more.sql', line: 1 },
    });
    expect(await bench.sql("SELECT FROM pg_class WHERE relname = 'good'")).toEqual([]);
  });

  test('an extension that the server does not have', async () => {
    await bench.supabase({ '1_more': 'CREATE EXTENSION IF NOT EXISTS no_such_extension;' });
    const report = await bench.push({ mode: 'check' });
    expect(codesOf(report)).toEqual(['error schema/extension-not-available']);
    expect(report.verdict).toBe('error');
  });
});

describe('what the role may do is not reported', () => {
  test.each([
    ['its own table', 'clerk', 'ALTER TABLE own ADD COLUMN age int; CREATE INDEX own_id ON own (id);'],
    ['a table that a migration creates', 'clerk', 'CREATE TABLE fresh (id int); ALTER TABLE fresh ADD COLUMN age int;'],
    ['a right that it has', 'clerk', 'INSERT INTO logs VALUES (1);'],
    ['a temporary table', 'clerk', 'CREATE TEMP TABLE closed_notes (id int);'],
    ['SET ROLE in the script', 'deputy', 'SET LOCAL ROLE boss; ALTER TABLE users ADD COLUMN age int;'],
    ['a block with a condition', 'clerk', 'DO $$ BEGIN IF false THEN ALTER TABLE users ADD age int; END IF; END $$;'],
    ['a superuser', 'postgres', 'ALTER TABLE users ADD COLUMN age int; CREATE SCHEMA fresh;'],
  ])('%s', async (_, role, script) => {
    await bench.supabase({ '1_more': script });
    const report = await bench.push(role === 'postgres' ? {} : { url: asRole(role) });
    expect(codesOf(report).filter(code => code.startsWith('error'))).toEqual([]);
    expect(report.verdict).toBe('passed');
  });

  test('a comment allows it where the provider gives a right that the catalog does not show', async () => {
    await bench.supabase({
      '1_more':
        '-- release-gates: allow schema/missing-right the hook grants it\nALTER TABLE users ADD COLUMN age int;',
    });
    expect(codesOf(await bench.push({ url: asRole('clerk'), mode: 'check' }))).toEqual(['notice schema/missing-right']);
  });
});

describe('`set-role`', () => {
  const script = 'ALTER TABLE users ADD COLUMN age int; CREATE TABLE fresh (id int);';

  test('is advised to a role that can become the owner', async () => {
    await bench.supabase({ '1_more': script });
    const report = await bench.push({ url: asRole('deputy'), mode: 'check' });
    expect(listFindings(report).find(({ code }) => code === 'schema/missing-right')?.help).toContain(
      '`set-role: boss`',
    );
  });

  test('is the role of the migrations', async () => {
    await bench.supabase({ '1_more': script, '2_role': 'RESET ROLE; SET ROLE boss; CREATE TABLE later ();' });
    expect((await bench.push({ url: asRole('deputy'), settings: 'set-role: boss' })).verdict).toBe('passed');
    expect(await bench.sql("SELECT tableowner FROM pg_tables WHERE tablename IN ('fresh', 'later')")).toEqual([
      { tableowner: 'boss' },
      { tableowner: 'boss' },
    ]);
  });

  test('of which the role is no member is an error', async () => {
    await bench.supabase({ '1_more': script });
    const report = await bench.push({ url: asRole('clerk'), settings: 'set-role: boss' });
    expect(codesOf(report)).toEqual(['error database/permission-denied']);
  });

  test('is refused beside a command, which connects by itself', async () => {
    await bench.supabase({ '1_more': script });
    await expect(bench.push({ settings: 'set-role: boss\napply: "true"' })).rejects.toThrow('set-role');
  });
});
