import { describe, expect, test } from '@jest/globals';
import { codes, judgeScripts } from './judging.ts';

/** One line for each thing to be found: the SQL on tables that are there already, and what is said of it. */
const hazards: [sql: string, findings: string[], grade: string][] = [
  // what loses data
  ['DROP TABLE users', ['error schema/drops-table'], 'irreversible'],
  ['DROP TABLE IF EXISTS a, b CASCADE', ['error schema/drops-table', 'error schema/drops-table'], 'irreversible'],
  ['ALTER TABLE users DROP COLUMN email', ['error schema/drops-column'], 'irreversible'],
  ['TRUNCATE users CASCADE', ['error schema/truncates-table'], 'irreversible'],
  ['DELETE FROM users', ['error schema/deletes-rows'], 'irreversible'],
  ['DROP SCHEMA shop CASCADE', ['error schema/drops-schema'], 'irreversible'],
  ['DROP OWNED BY someone', ['error schema/drops-schema'], 'irreversible'],
  // what breaks the code that is still running
  ['ALTER TABLE users RENAME TO people', ['error schema/renames'], 'breaking'],
  ['ALTER TABLE users RENAME COLUMN email TO mail', ['error schema/renames'], 'breaking'],
  ["ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", ['error schema/renames'], 'breaking'],
  ['ALTER TABLE users SET SCHEMA shop', ['error schema/renames'], 'breaking'],
  ['ALTER TABLE users ALTER COLUMN id TYPE bigint', ['warning schema/changes-type'], 'breaking'],
  ['ALTER TABLE users ADD COLUMN name text NOT NULL', ['error schema/adds-required-column'], 'breaking'],
  ['ALTER TABLE users ALTER COLUMN email SET NOT NULL', ['warning schema/sets-not-null'], 'breaking'],
  ['ALTER TABLE users ALTER COLUMN email DROP DEFAULT', ['warning schema/drops-default'], 'breaking'],
  ['DROP VIEW active_users', ['warning schema/drops-object'], 'breaking'],
  ['DROP FUNCTION total(int)', ['warning schema/drops-object'], 'breaking'],
  ['DROP TYPE mood', ['warning schema/drops-object'], 'breaking'],
  ["DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$", ['notice schema/not-judged'], 'breaking'],
  // what locks or rewrites
  ['CREATE INDEX users_email ON users (email)', ['warning schema/index-not-concurrent'], 'compatible'],
  ['DROP INDEX users_email', ['warning schema/drop-index-not-concurrent'], 'compatible'],
  ['REINDEX TABLE users', ['warning schema/reindex-not-concurrent'], 'compatible'],
  ['ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0)', ['warning schema/constraint-scans-table'], 'compatible'],
  [
    'ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams (id)',
    ['warning schema/constraint-scans-table', 'notice schema/foreign-key-without-index'],
    'compatible',
  ],
  ['ALTER TABLE users ADD UNIQUE (email)', ['warning schema/constraint-builds-index'], 'compatible'],
  ['ALTER TABLE users ADD PRIMARY KEY (id)', ['warning schema/constraint-builds-index'], 'compatible'],
  ['ALTER TABLE users ADD EXCLUDE USING gist (span WITH &&)', ['warning schema/constraint-builds-index'], 'compatible'],
  [
    'ALTER TABLE users ADD COLUMN key uuid DEFAULT gen_random_uuid()',
    ['warning schema/volatile-default'],
    'compatible',
  ],
  ['ALTER TABLE users ADD COLUMN n serial', ['warning schema/adds-computed-column'], 'compatible'],
  [
    'ALTER TABLE users ADD COLUMN n int GENERATED ALWAYS AS (age * 2) STORED',
    ['warning schema/adds-computed-column'],
    'compatible',
  ],
  [
    'ALTER TABLE users ADD COLUMN n int GENERATED ALWAYS AS IDENTITY',
    ['warning schema/adds-computed-column'],
    'compatible',
  ],
  ['ALTER TABLE users SET UNLOGGED', ['warning schema/rewrites-table'], 'compatible'],
  ['CLUSTER users USING users_pkey', ['warning schema/rewrites-table'], 'compatible'],
  ['VACUUM (FULL) users', ['warning schema/rewrites-table'], 'compatible'],
  ['VACUUM FULL', ['error schema/rewrites-table'], 'compatible'],
  ['REFRESH MATERIALIZED VIEW totals', ['warning schema/refresh-not-concurrent'], 'compatible'],
  ['ALTER TABLE events DETACH PARTITION events_2020', ['warning schema/detach-not-concurrent'], 'breaking'],
  ['LOCK TABLE users', ['warning schema/locks-table'], 'compatible'],
  ['UPDATE users SET age = 0', ['warning schema/unbatched-backfill'], 'compatible'],
  ['UPDATE users SET age = 0 WHERE age IS NULL', ['warning schema/unbatched-backfill'], 'compatible'],
  ['DELETE FROM users WHERE age < 18', ['warning schema/unbatched-backfill'], 'compatible'],
  [
    "ALTER TABLE users ADD COLUMN a int; UPDATE settings SET v = 1 WHERE k = 'a'",
    ['warning schema/mixes-data-and-schema'],
    'compatible',
  ],
  // what leaves rows open, whatever the setting
  ['ALTER TABLE users DISABLE ROW LEVEL SECURITY', ['error schema/disables-row-level-security'], 'compatible'],
  ['ALTER TABLE users ENABLE ROW LEVEL SECURITY', ['warning schema/enables-row-level-security'], 'breaking'],
  ['CREATE POLICY p ON users USING (true)', ['warning schema/policy-always-true'], 'compatible'],
  [
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$',
    ['warning schema/function-search-path'],
    'compatible',
  ],
  // what will not do what it says
  [
    "ALTER TYPE mood ADD VALUE 'new'; UPDATE people SET mood = 'new' WHERE id = 1",
    ['error schema/uses-new-enum-value'],
    'compatible',
  ],
  [`CREATE TABLE ${'x'.repeat(70)} (id int)`, ['warning schema/name-too-long'], 'compatible'],
];

test.each(hazards)('is found: %s', (sql, findings, grade) => {
  const judgements = judgeScripts([sql]);
  expect(codes(judgements)).toEqual(findings);
  expect(judgements[0]?.grade).toBe(grade);
});

describe('R6: what cannot be repeated', () => {
  const settings = { rowLevelSecurity: false, idempotent: true };
  test.each([
    'CREATE TABLE t (id int)',
    "CREATE TYPE mood AS ENUM ('sad')",
    'CREATE VIEW v AS SELECT 1',
    'ALTER TABLE t ADD COLUMN a int',
  ])('is found where the configuration asks for it: %s', sql => {
    expect(codes(judgeScripts([sql], { settings }))).toEqual(['warning schema/not-idempotent']);
  });

  test.each([
    'CREATE TABLE IF NOT EXISTS t (id int)',
    'CREATE OR REPLACE VIEW v AS SELECT 1',
    'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)',
  ])('and what can be says nothing: %s', sql => {
    expect(codes(judgeScripts([sql], { settings }))).toEqual([]);
  });
});

describe('V10: a new table of a database with a public API', () => {
  const settings = { rowLevelSecurity: true, idempotent: false };

  test('without row-level security is refused', () => {
    expect(codes(judgeScripts(['CREATE TABLE notes (id int)'], { settings }))).toEqual([
      'error schema/no-row-level-security',
    ]);
  });

  test('with row-level security and no policy is mentioned', () => {
    const enable = 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY';
    expect(codes(judgeScripts(['CREATE TABLE notes (id int)', enable], { settings }))).toEqual([
      'notice schema/no-row-level-security',
    ]);
  });

  test.each([
    'ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON notes USING (owner = current_user)',
    'DROP TABLE notes',
  ])('whose later migration makes it good says nothing: %s', later => {
    expect(codes(judgeScripts(['CREATE TABLE public.notes (id int)', later], { settings }))).toEqual([]);
  });

  test.each(['CREATE TABLE private.notes (id int)', 'CREATE TEMP TABLE notes (id int)'])(
    'that the API does not show says nothing: %s',
    sql => {
      expect(codes(judgeScripts([sql], { settings }))).toEqual([]);
    },
  );
});

describe('a name that PostgreSQL truncates', () => {
  const long = 'x'.repeat(64);

  test.each([
    `ALTER TABLE users ADD COLUMN ${long} int`,
    `ALTER TABLE users ADD CONSTRAINT "${long}" CHECK (id > 0) NOT VALID`,
    `CREATE TYPE ${long} AS ENUM ('a')`,
    `CREATE FUNCTION ${long}() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 $$`,
    `CREATE TABLE ${'é'.repeat(32)} (id int)`,
  ])('is found: %s', sql => {
    expect(codes(judgeScripts([sql]))).toContain('warning schema/name-too-long');
  });

  test.each([
    `CREATE TABLE ${'x'.repeat(63)} (id int)`,
    `CREATE TABLE ${'é'.repeat(31)} (id int)`,
    `CREATE TABLE a (id int DEFAULT length('${long}')) -- ${long}`,
  ])('is not one that fits: %s', sql => {
    expect(codes(judgeScripts([sql]))).not.toContain('warning schema/name-too-long');
  });
});

describe('a hole is found before it is made', () => {
  const settings = { rowLevelSecurity: true, idempotent: false };
  const definer = 'error schema/security-definer-view';
  const exposed = 'error schema/auth-users-exposed';
  const metadata = 'error schema/rls-references-user-metadata';

  test.each([
    ['CREATE VIEW public.v AS SELECT id, email FROM auth.users', [definer, exposed]],
    ['CREATE VIEW v AS SELECT 1', [definer]],
    ['CREATE VIEW v WITH (security_invoker = false) AS SELECT 1', [definer]],
    ['CREATE MATERIALIZED VIEW v AS SELECT * FROM auth.users u', [exposed]],
    ["CREATE POLICY p ON users USING ((auth.jwt() -> 'user_metadata' ->> 'admin') = 'yes')", [metadata]],
    ["ALTER POLICY p ON users USING ((auth.jwt() -> 'user_metadata' ->> 'admin') = 'yes')", [metadata]],
    ['CREATE POLICY p ON users USING (1 = 1)', ['warning schema/policy-always-true']],
  ])('%s', (sql, expected) => {
    expect(codes(judgeScripts([sql], { settings }))).toEqual(expected);
  });

  test.each([
    ['CREATE VIEW v WITH (security_invoker = on) AS SELECT 1'],
    ['CREATE VIEW v WITH (security_invoker) AS SELECT 1'],
    ['CREATE VIEW private.v AS SELECT * FROM auth.users'],
    ["CREATE POLICY p ON users USING ((auth.jwt() -> 'app_metadata' ->> 'admin') = 'yes')"],
    ['CREATE POLICY p ON users USING (owner_id = 1)'],
    ['CREATE VIEW v AS SELECT 1', 'ALTER VIEW v SET (security_invoker = true)'],
    ['CREATE VIEW v AS SELECT * FROM auth.users', 'REVOKE ALL ON v FROM anon, authenticated'],
    ['CREATE VIEW v AS SELECT 1', 'DROP VIEW v'],
  ])('not where there is none: %s %s', (...scripts) => {
    const found = codes(judgeScripts(scripts, { settings }));
    expect(
      found.filter(code => [definer, exposed, metadata, 'warning schema/policy-always-true'].includes(code)),
    ).toEqual([]);
  });

  test('not where the configuration allows it, or where there is no public API', () => {
    const allow = ['security_definer_view_public_v'];
    expect(codes(judgeScripts(['CREATE VIEW v AS SELECT 1'], { settings: { ...settings, allow } }))).toEqual([]);
    expect(codes(judgeScripts(['CREATE VIEW v AS SELECT 1']))).toEqual([]);
  });
});
