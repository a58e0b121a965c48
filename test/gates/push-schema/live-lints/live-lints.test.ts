import { beforeEach, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { codesOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

/** A database as Supabase sets it up: with the roles of its public API, and auth.users. */
beforeEach(async () => {
  await bench.sql(`
    DO $$ BEGIN CREATE ROLE anon; CREATE ROLE authenticated; EXCEPTION WHEN duplicate_object THEN END $$;
    CREATE SCHEMA auth; CREATE TABLE auth.users (id int, email text); ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT NULL::jsonb';
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon, authenticated`);
  await bench.supabase({ '1_start': 'SELECT 1;' });
  await bench.push();
});

const faults: [code: string, key: string, sql: string][] = [
  ['error schema/rls-disabled-in-public', 'rls_disabled_in_public_public_t', 'CREATE TABLE t (id int)'],
  [
    'error schema/policy-exists-rls-disabled',
    'policy_exists_rls_disabled_private_t',
    'CREATE SCHEMA private; CREATE TABLE private.t (id int); CREATE POLICY p ON private.t USING (id = 1)',
  ],
  [
    'notice schema/rls-enabled-no-policy',
    'rls_enabled_no_policy_private_t',
    'CREATE SCHEMA private; CREATE TABLE private.t (id int); ALTER TABLE private.t ENABLE ROW LEVEL SECURITY',
  ],
  ['error schema/security-definer-view', 'security_definer_view_public_v', 'CREATE VIEW v AS SELECT 1 AS n'],
  [
    'warning schema/materialized-view-in-api',
    'materialized_view_in_api_public_v',
    'CREATE MATERIALIZED VIEW v AS SELECT 1 AS n',
  ],
  [
    'warning schema/foreign-table-in-api',
    'foreign_table_in_api_public_f',
    'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (id int) SERVER s',
  ],
  [
    'error schema/auth-users-exposed',
    'auth_users_exposed_public_v',
    'CREATE MATERIALIZED VIEW v AS SELECT email FROM auth.users; -- which is also in the API',
  ],
  [
    'warning schema/function-search-path-mutable',
    'function_search_path_mutable_public_f_',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
  ],
  [
    'error schema/rls-references-user-metadata',
    'rls_references_user_metadata_private_t_p',
    `CREATE SCHEMA private; CREATE TABLE private.t (id int); ALTER TABLE private.t ENABLE ROW LEVEL SECURITY;
     CREATE POLICY p ON private.t USING ((auth.jwt() -> 'user_metadata' ->> 'role') = 'admin')`,
  ],
  [
    'warning schema/rls-policy-always-true',
    'rls_policy_always_true_private_t_p',
    `CREATE SCHEMA private; CREATE TABLE private.t (id int); ALTER TABLE private.t ENABLE ROW LEVEL SECURITY;
     CREATE POLICY p ON private.t FOR UPDATE USING (true) -- release-gates: allow schema/policy-always-true test`,
  ],
];

/** The judgement would stop some before they are in the database, which is not what is looked at here. */
const passing = 'row-level-security: true\ndestructive: allow';

test.each(faults)('V10: is found, by the name and the key that splinter has for it: %s %s', async (code, key, sql) => {
  await bench.sql(sql);
  const report = await bench.push({ settings: passing });
  const stale = code.replace('warning', 'notice').replace('error', 'warning');
  expect(codesOf(report)).toContain(stale);
  const finding = listFindings(report).find(finding => code.endsWith(finding.code));
  expect(finding?.message).toContain(`(${key}`);
  expect(finding?.message).toContain(', as before this release');
  expect(report.verdict).toBe('passed');
});

test('a hole is found before it is applied, so that it never counts as one of before', async () => {
  await bench.supabase({ '2_view': 'CREATE VIEW public.v AS SELECT email FROM auth.users;' });
  for (const _ of ['first', 'again']) {
    const report = await bench.push();
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/security-definer-view', 'error schema/auth-users-exposed']);
    expect(await bench.sql("SELECT FROM pg_views WHERE viewname = 'v'")).toEqual([]);
  }
});

test('what a migration brings counts as its kind says, and can be allowed by its key', async () => {
  const view = "DO $$ BEGIN EXECUTE 'CREATE VIEW v AS SELECT 1 AS n'; END $$;"; // the judgement cannot see it
  await bench.supabase({ '2_view': view });
  const report = await bench.push();
  expect(report.verdict).toBe('failed');
  expect(codesOf(report)).toEqual(['notice schema/not-judged', 'error schema/security-definer-view']);
  expect(listFindings(report)[1]?.message).toBe(
    'The view public.v of main bypasses the row-level security of its tables (security_definer_view_public_v).',
  );
  expect(report.record?.databases.main?.applied).toEqual(['1_start', '2_view'].slice(1));

  const allowed = await bench.push({ settings: 'allow: [security_definer_view_public_v]' });
  expect(codesOf(allowed)).toEqual([]);
  const misspelt = await bench.push({ settings: 'allow: [security_definer_view_public_w]' });
  expect(codesOf(misspelt)).toEqual(['warning schema/security-definer-view', 'notice schema/unused-allowance']);
  expect(listFindings(misspelt)[1]).toMatchObject({
    message: '`allow` of main has security_definer_view_public_w, which no lint reports.',
    help: 'Did you mean "security_definer_view_public_v"?',
  });
});

test('many faults of before are told in one finding for each kind', async () => {
  await bench.sql('CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c (); CREATE TABLE d ()');
  const report = await bench.push();
  expect(codesOf(report)).toEqual(['warning schema/rls-disabled-in-public']);
  expect(listFindings(report)[0]?.message).toContain('and 1 more');
});

describe('whatever the database is for', () => {
  test('an invalid index is found', async () => {
    await bench.sql('CREATE SCHEMA private; CREATE TABLE private.t (id int); INSERT INTO private.t VALUES (1), (1)');
    await expect(bench.sql('CREATE UNIQUE INDEX CONCURRENTLY t_id ON private.t (id)')).rejects.toThrow();
    const report = await bench.push();
    expect(codesOf(report)).toEqual(['warning schema/invalid-index']);
  });

  test('a constraint that is NOT VALID is found', async () => {
    await bench.sql('CREATE SCHEMA private; CREATE TABLE private.t (id int)');
    await bench.supabase({ '2_check': 'ALTER TABLE private.t ADD CONSTRAINT c CHECK (id > 0) NOT VALID;' });
    const report = await bench.push();
    expect(report.verdict).toBe('passed');
    expect(codesOf(report)).toEqual(['notice schema/refuses-writes', 'notice schema/constraint-not-valid']);
  });
});
