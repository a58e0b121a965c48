import { beforeEach, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

beforeEach(async () => {
  await bench.supabase({
    '1_users': `CREATE TABLE users (id int PRIMARY KEY, email varchar(50), tags text[], at timestamptz);
      CREATE INDEX users_email ON users (email, at);
      ALTER TABLE users ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON users USING (email = current_user);
      INSERT INTO users VALUES (1), (2);`,
  });
});

test('T4, P6, V10: all that the code needs is looked for, and each thing is a check', async () => {
  const report = await bench.push({
    settings: `require:
  users:
    columns: { id: int, email: varchar, tags: "text[]", at: timestamptz }
    indexes: [email, [at, email]]
    rows: 2
    policies: [own]
extensions: [plpgsql]
assert:
  every user has an id: SELECT count(*) = 2 FROM users
  nobody is called root: SELECT NOT EXISTS (SELECT FROM users WHERE email = 'root')`,
  });
  expect(codesOf(report)).toEqual([]);
  expect(verdictsOf(report)).toContain('main.assertions passed');
  expect(verdictsOf(report).slice(5)).toEqual([
    'main.required-columns passed',
    'main.required-indexes passed',
    'main.required-rows passed',
    'main.required-policies passed',
    'main.extensions passed',
    'main.assert.every user has an id passed',
    'main.assert.nobody is called root passed',
    'main.lints passed',
  ]);
});

describe('what the database lacks', () => {
  test.each([
    ['schema/missing-table', 'require: { user: [id] }', 'main has no table user.'],
    ['schema/missing-column', 'require: { users: [mail] }', 'The table users of main has no column mail.'],
    [
      'schema/wrong-column-type',
      'require: { users: { columns: { email: text } } }',
      'The column users.email of main is character varying(50), but the code needs text.',
    ],
    [
      'schema/wrong-column-type',
      'require: { users: { columns: { email: varchar(60) } } }',
      'The column users.email of main is character varying(50), but the code needs varchar(60).',
    ],
    ['schema/missing-index', 'require: { users: { indexes: [at] } }', 'users of main has no valid index on at.'],
    [
      'schema/too-few-rows',
      'require: { users: { rows: 3 } }',
      'users of main has 2 rows, but the code needs at least 3.',
    ],
    ['schema/missing-policy', 'require: { users: { policies: [owm] } }', 'users of main has no policy "owm".'],
    [
      'schema/missing-extension',
      'extensions: [nonsense]',
      'main does not have the extension nonsense, and its server does not offer it.',
    ],
    ['schema/assertion-failed', 'assert: { a: SELECT false }', 'The assertion "a" does not hold in main.'],
    [
      'schema/assertion-failed',
      'assert: { a: SELECT nope FROM users }',
      'The assertion "a" uses something that main does not have: column "nope" does not exist.',
    ],
    [
      'schema/assertion-failed',
      'assert: { a: SELECT true FROM shop.orders }',
      'The assertion "a" uses something that main does not have: relation "shop.orders" does not exist.',
    ],
  ])('is told: %s, %s', async (code, settings, message) => {
    const report = await bench.push({ settings });
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual([`error ${code}`]);
    expect(listFindings(report)[0]?.message).toBe(message);
    expect(listFindings(report)[0]?.place?.path).toBe('release-gates.yml');
    expect(await bench.sql('SELECT FROM users')).toHaveLength(2);
  });

  test.each([
    ['SELECT 1', 'returns a number instead of true or false.'],
    ['SELECT true FROM users WHERE false', 'returns no row instead of true or false.'],
    ['SELECT 1 / 0 = 1', 'failed: division by zero.'],
  ])('an assertion that cannot be asked decides nothing: %s', async (sql, message) => {
    const report = await bench.push({ settings: `assert: { a: "${sql}" }` });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error schema/invalid-assertion']);
    expect(listFindings(report)[0]?.message).toBe(`The assertion "a" ${message}`);
    expect(listFindings(report)[0]?.place?.path).toBe('release-gates.yml');
    expect(await bench.sql('SELECT FROM users')).toHaveLength(2);
  });

  test.each([
    ['SELEC true', 'cannot be parsed: syntax error at or near "SELEC".'],
    ['DELETE FROM users RETURNING true', 'is not a single SELECT.'],
    ['WITH gone AS (DELETE FROM users RETURNING 1) SELECT true', 'changes data.'],
    ['SELECT true AS a INTO made', 'changes data.'],
    ['SELECT true; COMMIT; DROP TABLE users', 'is not a single SELECT.'],
    ["COPY (SELECT true) TO PROGRAM 'touch /tmp/owned'", 'is not a single SELECT.'],
    ["COPY users TO '/tmp/users'", 'is not a single SELECT.'],
    ['NOTIFY a', 'is not a single SELECT.'],
    ['DO $$ BEGIN PERFORM pg_reload_conf(); END $$', 'is not a single SELECT.'],
    ['EXPLAIN ANALYZE SELECT true', 'is not a single SELECT.'],
    ['SELECT pg_reload_conf()', 'calls pg_reload_conf(), which may have side effects.'],
    ["SELECT pg_notify('a', 'b') IS NULL", 'calls pg_notify(), which may have side effects.'],
    [
      "SELECT EXISTS (SELECT FROM pg_catalog.pg_read_file('postgresql.conf'))",
      'calls pg_read_file(), which may have side effects.',
    ],
    ['SELECT count(*) = 1 FROM LATERAL own()', 'calls own(), which may have side effects.'],
    ['SELECT 1 === 2', 'calls the operator ===, which may have side effects.'],
  ])('an assertion that does more than read is refused before anything is changed: %s', async (sql, message) => {
    await bench.sql(
      `CREATE FUNCTION own() RETURNS boolean LANGUAGE sql AS 'SELECT true';
       CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
       CREATE OPERATOR === (FUNCTION = same, LEFTARG = int, RIGHTARG = int)`,
    );
    const report = await bench.push({ settings: `assert: { a: ${JSON.stringify(sql)} }` });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error database/query-not-read-only']);
    expect(listFindings(report)[0]?.message).toBe(`The assertion "a" ${message}`);
    expect(JSON.parse(report.outputs.applied ?? '')).toEqual([]);
  });

  test.each([
    "SELECT now() < clock_timestamp() AND random() < 1 AND gen_random_uuid() IS NOT NULL AND 'a' || 'b' = 'ab'",
    "SELECT pg_total_relation_size('users') >= 0 AND lower('A') = 'a' AND count(*) > 0 FROM users",
    'SELECT bool_and(x > 0) FROM generate_series(1, 3) AS x',
    "WITH a AS (SELECT jsonb_build_object('a', 1) AS j) SELECT j @> '{}' AND coalesce(j ->> 'a', '') = '1' FROM a",
    'VALUES (true)',
  ])('an assertion that only reads is asked: %s', async sql => {
    const report = await bench.push({ settings: `assert: { a: ${JSON.stringify(sql)} }` });
    expect(codesOf(report)).toEqual([]);
  });

  test('an assertion that takes too long decides nothing', async () => {
    await bench.sql(
      `CREATE FUNCTION slow() RETURNS boolean STABLE LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_cancel_backend(pg_backend_pid()); PERFORM pg_sleep(9); RETURN true; END $$`,
    );
    const report = await bench.push({ settings: 'assert: { a: SELECT slow() }' });
    expect(report.verdict).toBe('error');
    expect(listFindings(report)[0]?.message).toMatch(/^The assertion "a" failed: canceling statement/);
  });

  test('is told of row-level security that is off', async () => {
    await bench.push();
    await bench.sql('ALTER TABLE users DISABLE ROW LEVEL SECURITY');
    const report = await bench.push({ settings: 'require: { users: { row-level-security: true } }' });
    expect(codesOf(report)).toContain('error schema/missing-policy');
  });
});
