import { expect, test } from '@jest/globals';
import { codes, judgeScripts, liveTable } from './judging.ts';

/**
 * What the field recommends, and what common tools write: all of it says nothing. Each list is the pending migrations.
 */
const safe: Record<string, string[]> = {
  'all that is done to a table of the same migration': [
    `CREATE TABLE notes (id serial PRIMARY KEY, owner int REFERENCES users (id), body text);
     CREATE INDEX notes_owner ON notes (owner);
     ALTER TABLE notes ADD CONSTRAINT c CHECK (length(body) > 0);
     ALTER TABLE notes ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid();
     ALTER TABLE notes ALTER COLUMN body SET NOT NULL;
     ALTER TABLE notes RENAME COLUMN body TO content;
     UPDATE notes SET content = '';
     DROP INDEX notes_owner;
     CREATE INDEX ON notes (owner);
     ALTER TABLE notes DROP COLUMN content;`,
  ],
  'and to a table of an earlier pending one': [
    'CREATE TABLE notes (id int PRIMARY KEY)',
    'CREATE INDEX ON notes (id)',
    'ALTER TABLE notes RENAME TO remarks',
    'ALTER TABLE remarks ALTER COLUMN id TYPE bigint',
    'DROP TABLE remarks',
  ],
  'a table made from a query': ['CREATE TABLE totals AS SELECT 1 AS n', 'CREATE INDEX ON totals (n)'],
  'an index built concurrently': ['CREATE INDEX CONCURRENTLY users_email ON users (email)'],
  'an index dropped concurrently': ['DROP INDEX CONCURRENTLY users_email'],
  'a constraint that is validated later': [
    'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID',
    'ALTER TABLE users VALIDATE CONSTRAINT c',
  ],
  'a foreign key that is validated later': [
    'CREATE INDEX CONCURRENTLY users_team ON users (team)',
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team) REFERENCES teams (id) NOT VALID',
    'ALTER TABLE users VALIDATE CONSTRAINT f',
  ],
  'a column that is filled before it must be, and that code of before leaves to its default': [
    "ALTER TABLE users ADD COLUMN kind text; ALTER TABLE users ALTER kind SET DEFAULT 'a'",
    "UPDATE users SET kind = 'a' WHERE id IN (SELECT id FROM users WHERE kind IS NULL LIMIT 1000)",
    'ALTER TABLE users ADD CONSTRAINT k CHECK (kind IS NOT NULL) NOT VALID',
    'ALTER TABLE users VALIDATE CONSTRAINT k',
  ],
  'a foreign key on a column that is new': [
    'ALTER TABLE users ADD COLUMN team int; ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams (id)',
    'CREATE INDEX CONCURRENTLY ON users (team)',
  ],
  'a unique constraint from an index': [
    'CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)',
    'ALTER TABLE users ADD CONSTRAINT users_email UNIQUE USING INDEX users_email',
  ],
  'a column that may be null': ['ALTER TABLE users ADD COLUMN name text'],
  'a column with a constant default': ["ALTER TABLE users ADD COLUMN role text NOT NULL DEFAULT 'user'"],
  'a column with the time of the statement': ['ALTER TABLE users ADD COLUMN at timestamptz NOT NULL DEFAULT now()'],
  'a virtual generated column': ['ALTER TABLE users ADD COLUMN n int GENERATED ALWAYS AS (age * 2) VIRTUAL'],
  'a default set apart from the column': [
    'ALTER TABLE users ADD COLUMN key uuid',
    'ALTER TABLE users ALTER COLUMN key SET DEFAULT gen_random_uuid()',
  ],
  'a column and its table made by expand and contract': [
    `ALTER TABLE users ADD COLUMN mail text;
     CREATE FUNCTION copy_mail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.mail := NEW.email; RETURN NEW; END $$;
     CREATE TRIGGER copy_mail BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION copy_mail()`,
  ],
  'a new value of an enum': ["ALTER TYPE mood ADD VALUE 'happy'", "INSERT INTO settings VALUES ('mood', 'happy')"],
  'a view made anew': ['DROP VIEW v; CREATE VIEW v AS SELECT 1'],
  'a function replaced': ['CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'],
  'an enum changed as Prisma does it': [
    `CREATE TYPE "mood_new" AS ENUM ('a', 'b');
     ALTER TYPE "mood" RENAME TO "mood_old";
     ALTER TYPE "mood_new" RENAME TO "mood";
     DROP TYPE "public"."mood_old";`,
  ],
  'a change of some rows': [
    "UPDATE settings SET value = 'b' WHERE name = 'a'",
    "DELETE FROM settings WHERE name IN ('a', 'b')",
    'UPDATE users SET age = 0 WHERE id IN (SELECT id FROM users WHERE age IS NULL LIMIT 1000)',
    "INSERT INTO settings (name, value) VALUES ('c', 'd')",
  ],
  'a refresh that lets others read': ['REFRESH MATERIALIZED VIEW CONCURRENTLY totals'],
  'row-level security with its policies': [
    `ALTER TABLE users ENABLE ROW LEVEL SECURITY;
     CREATE POLICY own ON users FOR ALL TO authenticated USING (id = 1) WITH CHECK (id = 1);
     CREATE POLICY readers ON users FOR SELECT USING (true);
     CREATE POLICY service ON users TO service_role USING (true)`,
  ],
  'a function of its owner with a search path': [
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT 1 $$",
  ],
  'a block that says what it does': [
    "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
  ],
  'settings, comments, grants and extensions': [
    `SET lock_timeout = '1s'; COMMENT ON TABLE users IS 'people'; GRANT SELECT ON users TO PUBLIC;
     CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE SCHEMA shop; SELECT 1`,
  ],
};

test.each(Object.entries(safe))('says nothing of %s', (_, scripts) => {
  const judgements = judgeScripts(scripts);
  expect(codes(judgements)).toEqual([]);
  expect(judgements.map(({ grade }) => grade)).toEqual(scripts.map(() => 'compatible'));
});

test('V10: NOT NULL after a validated check needs no scan, though code of before is refused from the check on', () => {
  const judgements = judgeScripts([
    'ALTER TABLE users ADD CONSTRAINT filled CHECK (email IS NOT NULL) NOT VALID',
    'ALTER TABLE users VALIDATE CONSTRAINT filled',
    'ALTER TABLE users ALTER COLUMN email SET NOT NULL',
  ]);
  expect(codes(judgements)).toEqual(['notice schema/sets-not-null', 'notice schema/sets-not-null']);
  expect(judgements.map(({ grade }) => grade)).toEqual(['breaking', 'compatible', 'breaking']);
});

test('says nothing of NOT NULL on a column that a live check keeps from being null', () => {
  const script = ['ALTER TABLE users ALTER COLUMN email SET NOT NULL'];
  const judge = (serverVersion: number) =>
    judgeScripts(script, { live: [liveTable({ checks: ['CHECK ((email IS NOT NULL))'] })], serverVersion });
  expect([judge(17)[0]?.grade, ...codes(judge(17))]).toEqual(['compatible']);
  expect([judge(11)[0]?.grade, ...codes(judge(11))]).toEqual(['compatible', 'notice schema/sets-not-null']); // scanned
});

test.each([
  'ALTER TABLE users ALTER COLUMN email TYPE varchar(100)',
  'ALTER TABLE users ALTER COLUMN email TYPE text',
  'ALTER TABLE users ALTER COLUMN price TYPE numeric(12,2)',
  'ALTER TABLE users ALTER COLUMN id TYPE int',
])('says nothing of a type that only widens: %s', sql => {
  expect(codes(judgeScripts([sql], { live: [liveTable({ bytes: 10 ** 9 })] }))).toEqual([]);
});
