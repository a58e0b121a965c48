import { expect, test } from '@jest/globals';
import { codes, judgeScripts, liveTable, migrationsOf } from './judging.ts';

/** SQL that the code of before stumbles over, one line for each way; each list is the pending migrations. */
const stumblingBlocks: [scripts: string[], grade: string][] = [
  // another name
  [['ALTER MATERIALIZED VIEW totals RENAME TO sums'], 'breaking'],
  [['ALTER FOREIGN TABLE abroad RENAME TO away'], 'breaking'],
  [['ALTER TYPE address RENAME ATTRIBUTE zip TO code'], 'breaking'],
  [['ALTER DOMAIN email RENAME TO mail'], 'breaking'],
  [['ALTER PROCEDURE settle(int) RENAME TO clear'], 'breaking'],
  [['ALTER ROUTINE settle(int) RENAME TO clear'], 'breaking'],
  [['ALTER AGGREGATE total(int) RENAME TO sum_of'], 'breaking'],
  [['ALTER ROLE app RENAME TO app2'], 'breaking'],
  [['ALTER FUNCTION total(int) SET SCHEMA shop'], 'breaking'],
  [['ALTER TYPE mood SET SCHEMA shop'], 'breaking'],
  [['ALTER EXTENSION pgcrypto SET SCHEMA extensions'], 'breaking'],
  [['ALTER ROLE app SET search_path = shop'], 'breaking'],
  [['ALTER DATABASE main SET search_path = shop'], 'breaking'],
  [['ALTER TABLE users RENAME CONSTRAINT users_email_key TO users_mail_key'], 'breaking'], // ON CONFLICT ON CONSTRAINT
  [['ALTER DOMAIN email RENAME CONSTRAINT c TO d'], 'breaking'],
  // what goes
  [['ALTER TABLE users DISABLE TRIGGER stamp'], 'breaking'],
  [['ALTER TABLE users DISABLE TRIGGER ALL'], 'breaking'],
  [['DROP AGGREGATE total(int)'], 'breaking'],
  [
    ['DROP AGGREGATE total(int); CREATE AGGREGATE total(text) (SFUNC = textcat, STYPE = text)'],
    'breaking', // running code calls it with a number
  ],
  [['DROP ROUTINE total(int)'], 'breaking'],
  [['DROP EXTENSION pgcrypto'], 'breaking'],
  [['DROP FOREIGN TABLE abroad'], 'breaking'],
  [['DROP CAST (text AS mood)'], 'breaking'],
  [['DROP SERVER abroad CASCADE'], 'breaking'],
  [['DROP TRIGGER stamp ON users'], 'breaking'],
  [['DROP POLICY own ON users'], 'breaking'],
  [['DROP RULE r ON users'], 'breaking'],
  [['ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY'], 'breaking'],
  // what only looks as if it was made anew, or by this release
  [['CREATE OR REPLACE VIEW v AS SELECT 1; DROP VIEW v'], 'breaking'],
  [['CREATE OR REPLACE VIEW v AS SELECT 1', 'DROP VIEW v'], 'breaking'],
  [['CREATE VIEW v AS SELECT 1; DROP VIEW other.v'], 'breaking'],
  [["CREATE TYPE a.mood AS ENUM ('x'); DROP TYPE b.mood"], 'breaking'],
  [['CREATE SEQUENCE IF NOT EXISTS s', 'DROP SEQUENCE s'], 'breaking'],
  [['CREATE SCHEMA IF NOT EXISTS shop', 'DROP SCHEMA shop CASCADE'], 'irreversible'],
  [
    ["DROP FUNCTION f(int); CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    'breaking', // running code calls it with one argument
  ],
  [["CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'", 'DROP FUNCTION f(int)'], 'breaking'],
  [['CREATE TRIGGER stamp BEFORE INSERT ON notes EXECUTE FUNCTION f()', 'DROP TRIGGER stamp ON users'], 'breaking'],
  [['DO $$ DECLARE users int; BEGIN SELECT 1 INTO users; END $$', 'DROP TABLE users'], 'irreversible'],
  [
    ["DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$", 'DROP TYPE mood'],
    'breaking',
  ],
  // what must be written
  [['ALTER TABLE users ADD COLUMN a int NOT NULL DEFAULT 1; ALTER TABLE users ALTER a DROP DEFAULT'], 'breaking'],
  [['ALTER TABLE users ADD COLUMN a int NOT NULL DEFAULT 1', 'ALTER TABLE users ALTER a DROP DEFAULT'], 'breaking'],
  [['ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT NULL'], 'breaking'],
  [['ALTER TABLE users ADD COLUMN a text CHECK (a IS NOT NULL)'], 'breaking'],
  [['ALTER TABLE users ALTER id DROP IDENTITY'], 'breaking'],
  [['ALTER TABLE users ALTER total DROP EXPRESSION'], 'breaking'],
  [['ALTER TABLE users ADD CONSTRAINT filled NOT NULL email'], 'breaking'],
  [['ALTER TABLE users ADD CONSTRAINT filled CHECK (email IS NOT NULL) NOT VALID'], 'breaking'],
  [['ALTER DOMAIN email DROP DEFAULT'], 'breaking'],
  // what must not be written any more
  [['ALTER TABLE users ALTER id ADD GENERATED ALWAYS AS IDENTITY'], 'breaking'],
  [['ALTER TABLE users ALTER id SET GENERATED ALWAYS'], 'breaking'],
  [['ALTER SEQUENCE users_id_seq MAXVALUE 1000'], 'breaking'],
  [['ALTER SEQUENCE users_id_seq AS smallint'], 'breaking'],
  [['ALTER TABLE users ALTER id SET MAXVALUE 1000'], 'breaking'],
  [['ALTER DOMAIN email ADD CONSTRAINT c CHECK (value > 0)'], 'breaking'],
  [['ALTER DOMAIN email SET NOT NULL'], 'breaking'],
  [['ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID'], 'breaking'],
  [['ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team) REFERENCES teams (id) NOT VALID'], 'breaking'],
  [['CREATE RULE r AS ON INSERT TO users DO INSTEAD NOTHING'], 'breaking'],
  // the right to it
  [['REVOKE SELECT ON users FROM app'], 'breaking'],
  [['REVOKE EXECUTE ON FUNCTION total(int) FROM PUBLIC'], 'breaking'],
  [['REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon'], 'breaking'],
  [['REVOKE writers FROM app'], 'breaking'],
  [['DROP ROLE app'], 'breaking'],
  [['ALTER ROLE app NOLOGIN'], 'breaking'],
  [["ALTER ROLE app PASSWORD 'fake'"], 'breaking'],
  [['ALTER TABLE users OWNER TO bob'], 'breaking'],
  [['ALTER TABLE users FORCE ROW LEVEL SECURITY'], 'breaking'],
  [['CREATE POLICY p ON users AS RESTRICTIVE USING (false)'], 'breaking'],
  // what ON CONFLICT looks for
  [['ALTER TABLE users DROP CONSTRAINT users_email_key'], 'breaking'],
  // rows that go by another way
  [['DELETE FROM users WHERE true'], 'irreversible'],
  [['DELETE FROM users WHERE 1 = 1'], 'irreversible'],
  [['DELETE FROM users USING teams'], 'irreversible'],
  [['WITH gone AS (DELETE FROM users RETURNING *) SELECT count(*) FROM gone'], 'irreversible'],
  [['EXPLAIN ANALYZE DELETE FROM users'], 'irreversible'],
  [
    ['DO $$ DECLARE n int; BEGIN WITH d AS (DELETE FROM users RETURNING 1) SELECT count(*) INTO n FROM d; END $$'],
    'irreversible',
  ],
  // what nobody can judge
  [['CALL settle()'], 'breaking'],
  [['DO $$ BEGIN CALL settle(); END $$'], 'breaking'],
  [["DO $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'DELETE FROM users'; END $$"], 'breaking'],
];

test.each(stumblingBlocks)('%j', (scripts, grade) => {
  const judgements = judgeScripts(scripts);
  expect(judgements.map(judged => judged.grade)).toContain(grade);
  expect(codes(judgements)).not.toEqual([]);
});

/** The same words where no running code can stumble: nothing is said. */
const harmless: Record<string, string[]> = {
  'a trigger and a policy made anew': [
    'DROP TRIGGER IF EXISTS stamp ON users; CREATE TRIGGER stamp BEFORE UPDATE ON users EXECUTE FUNCTION stamp()',
    'DROP POLICY IF EXISTS own ON users; CREATE POLICY own ON users FOR SELECT USING (id = 1)',
  ],
  'triggers that are off while rows are filled in': [
    'ALTER TABLE users DISABLE TRIGGER stamp; ALTER TABLE users ENABLE TRIGGER stamp',
  ],
  'a setting of a role': ["ALTER ROLE app SET statement_timeout = '5s'"],
  'a function that can still be called as before': [
    "DROP FUNCTION f(int); CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION g; CREATE FUNCTION g(int4) RETURNS TABLE (n int) LANGUAGE sql AS 'SELECT 1'",
  ],
  'a constraint of the release itself that takes the name of another': [
    `CREATE INDEX CONCURRENTLY i ON users (team)`,
    `ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (team) REFERENCES teams (id) NOT VALID;
     ALTER TABLE users VALIDATE CONSTRAINT f`,
    'ALTER TABLE users RENAME CONSTRAINT f TO users_team_fkey',
    'CREATE TABLE notes (id int CONSTRAINT k PRIMARY KEY); ALTER TABLE notes RENAME CONSTRAINT k TO notes_pkey',
  ],
  'a sequence that goes as far as there are numbers, or is new': [
    'ALTER SEQUENCE users_id_seq NO MAXVALUE',
    'ALTER SEQUENCE users_id_seq AS bigint MAXVALUE 9223372036854775807',
    'ALTER SEQUENCE users_id_seq RESTART WITH 1000',
    'CREATE SEQUENCE s; ALTER SEQUENCE s MAXVALUE 10',
  ],
  'an aggregate made anew': [
    'DROP AGGREGATE total(int); CREATE AGGREGATE total(a integer) (SFUNC = int4pl, STYPE = int)',
    'DROP AGGREGATE IF EXISTS every_one(*); CREATE AGGREGATE every_one(*) (SFUNC = int8inc, STYPE = bigint)',
    'CREATE AGGREGATE own(int) (SFUNC = int4pl, STYPE = int); DROP AGGREGATE own(int)',
  ],
  'rights to what is new': [
    `CREATE TABLE notes (id int); REVOKE ALL ON notes FROM PUBLIC; ALTER TABLE notes OWNER TO bob;
     ALTER TABLE notes FORCE ROW LEVEL SECURITY;
     CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
     REVOKE ALL ON FUNCTION f(int) FROM PUBLIC; CREATE SCHEMA shop; REVOKE ALL ON SCHEMA shop FROM PUBLIC`,
  ],
  'rights to a view and a sequence that are new': [
    'CREATE VIEW v AS SELECT 1; REVOKE ALL ON v FROM anon; ALTER VIEW v OWNER TO bob',
    'CREATE SEQUENCE s; REVOKE ALL ON SEQUENCE s FROM anon; ALTER SEQUENCE s OWNER TO bob',
  ],
  'a right to grant': ['REVOKE GRANT OPTION FOR SELECT ON users FROM bob'],
  'a default of a column that may be null and is new': [
    'ALTER TABLE users ADD COLUMN a int DEFAULT 1; ALTER TABLE users ALTER a DROP DEFAULT',
  ],
  'a check that is no longer needed': [
    'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID',
    'ALTER TABLE users VALIDATE CONSTRAINT c',
    'ALTER TABLE users DROP CONSTRAINT c',
  ],
  'a foreign key made anew, as Prisma does': [
    `CREATE INDEX CONCURRENTLY i ON users (team)`,
    `ALTER TABLE users DROP CONSTRAINT users_team_fkey;
     ALTER TABLE users ADD CONSTRAINT users_team_fkey FOREIGN KEY (team) REFERENCES teams (id) NOT VALID`,
    'ALTER TABLE users VALIDATE CONSTRAINT users_team_fkey',
  ],
  'an identity that may be written': ['ALTER TABLE users ALTER id ADD GENERATED BY DEFAULT AS IDENTITY'],
};

test.each(Object.entries(harmless))('says nothing of %s', (_, scripts) => {
  const judgements = judgeScripts(scripts);
  expect(codes(judgements)).toEqual([]);
  expect(judgements.map(({ grade }) => grade)).toEqual(scripts.map(() => 'compatible'));
});

test.each([
  ['a column', ['ALTER TABLE users ADD COLUMN IF NOT EXISTS email text', 'ALTER TABLE users DROP COLUMN email']],
  ['a table', ['CREATE TABLE IF NOT EXISTS users AS SELECT 1', 'DROP TABLE users']],
  ['a table of a block', ['DO $$ BEGIN IF false THEN CREATE TABLE users (id int); END IF; END $$', 'DROP TABLE users']],
  [
    'a column of a block',
    [
      'DO $$ BEGIN IF false THEN ALTER TABLE users ADD COLUMN email text; END IF; END $$',
      'ALTER TABLE users DROP COLUMN email',
    ],
  ],
  ['a temporary table', ['CREATE TEMP TABLE users (id int)', 'DROP TABLE public.users']],
])('%s that is there already is not new', (_, scripts) => {
  const judgements = judgeScripts(scripts, { live: [liveTable()] });
  expect(judgements.map(({ grade }) => grade)).toEqual(['compatible', 'irreversible']);
});

test('a table that takes the place of one that is dropped keeps its rows', () => {
  const live = [liveTable(), liveTable({ name: 'people' })];
  const script = 'DROP TABLE users; ALTER TABLE people RENAME TO users; ALTER TABLE users DROP COLUMN email';
  expect(codes(judgeScripts([script], { live }))).toContain('error schema/drops-column');
});

test('a nullable column that loses its default is written as null by code of before', () => {
  const column = { name: 'at', type: 'timestamp with time zone', notNull: false };
  const drop = ['ALTER TABLE users ALTER COLUMN at DROP DEFAULT'];
  const grades = [true, false].map(
    hasDefault => judgeScripts(drop, { live: [liveTable({ columns: [{ ...column, hasDefault }] })] })[0]?.grade,
  );
  expect(grades).toEqual(['breaking', 'compatible']);
});

test.each([
  ['SET search_path TO shop', ['public']],
  ["SET LOCAL search_path = 'shop', public", ['public']],
  [`SELECT pg_catalog.set_config('search_path', '"shop", public', false)`, ['public']],
  ['SELECT 1', ['shop', 'public']],
])('a table is looked for where the search path leads: %s', (statement, searchPath) => {
  const live = [liveTable({ schema: 'shop' })];
  const judgements = judgeScripts([`${statement}; DROP TABLE users`, 'DROP TABLE public.users'], { live, searchPath });
  expect(judgements.map(({ grade }) => grade)).toEqual(['irreversible', 'compatible']);
  expect(judgements[0]?.findings[0]?.message).toBe('The table users is dropped with all its rows.');
});

test('a unique index that goes is missed by ON CONFLICT, any other by nobody', () => {
  const indexes =
    'CREATE TABLE users (id int, email text); CREATE UNIQUE INDEX u ON users (email); CREATE INDEX i ON users (id);';
  const earlier = migrationsOf([indexes]);
  const gradeOf = (script: string) => judgeScripts([script], { earlier })[0]?.grade;
  expect(gradeOf('DROP INDEX CONCURRENTLY u')).toBe('breaking');
  expect(gradeOf('DROP INDEX CONCURRENTLY i')).toBe('compatible');
});
