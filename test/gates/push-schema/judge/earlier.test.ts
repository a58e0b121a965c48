import { describe, expect, test } from '@jest/globals';
import { codes, judgeScripts, migrationsOf } from './judging.ts';

const users = 'CREATE TABLE users (id int PRIMARY KEY, email varchar(50), age int);';

/** What is said of the script in a database that others have made. */
function knowing(earlier: string[], script: string, rowLevelSecurity = false): string[] {
  const settings = { rowLevelSecurity, idempotent: false };
  return codes(judgeScripts([script], { earlier: migrationsOf(earlier), settings }));
}

describe('what earlier migrations have made', () => {
  test.each([
    ['CREATE INDEX users_email ON users (email)', ['warning schema/index-not-concurrent']],
    ['ALTER TABLE users DROP COLUMN email', ['error schema/drops-column']],
    ['ALTER TABLE users RENAME COLUMN email TO mail', ['error schema/renames']],
    ['DROP TABLE users', ['error schema/drops-table']],
    ['ALTER TABLE users ALTER COLUMN email TYPE varchar(20)', ['error schema/changes-type']],
    ['DROP VIEW adults', ['warning schema/drops-object']],
    ['CREATE TABLE IF NOT EXISTS users (id int); ALTER TABLE users DROP COLUMN age', ['error schema/drops-column']],
  ])('has rows and is known to running code: %s', (script, findings) => {
    expect(knowing([users, 'CREATE VIEW adults AS SELECT 1;'], script)).toEqual(findings);
  });

  test.each([
    ['a wider type, as the former one is known', [users], 'ALTER TABLE users ALTER COLUMN email TYPE varchar(90)'],
    ['a table that is gone', [users, 'DROP TABLE users;'], 'DROP TABLE IF EXISTS users'],
    [
      'a foreign key whose columns have an index',
      [users, 'CREATE TABLE orders (owner int); CREATE INDEX ON orders (owner);'],
      'ALTER TABLE orders ADD FOREIGN KEY (owner) REFERENCES users NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT orders_owner_fkey',
    ],
    [
      'SET NOT NULL where a check has made sure of it since an earlier release',
      [
        users,
        'ALTER TABLE users ADD CONSTRAINT filled CHECK (email IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT filled;',
      ],
      'ALTER TABLE users ALTER COLUMN email SET NOT NULL; ALTER TABLE users DROP CONSTRAINT filled',
    ],
    ['a column of its own', [users], 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE users DROP COLUMN a'],
    ['a table of its own', [users], 'CREATE TABLE b (id int); CREATE INDEX ON b (id); DROP TABLE b'],
  ])('lets pass %s', (_, earlier, script) => {
    expect(knowing(earlier, script)).toEqual([]);
  });

  test('has its row-level security, and what is new needs it', () => {
    const secured = `${users} ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON users USING (id = 1);`;
    expect(knowing([secured], 'ALTER TABLE users ENABLE ROW LEVEL SECURITY', true)).toEqual([]);
    expect(knowing([secured], 'CREATE TABLE open (id int)', true)).toEqual(['error schema/no-row-level-security']);
  });

  test('is not judged itself, and a script that cannot be read teaches nothing', () => {
    expect(knowing(['DROP TABLE old;', 'SELEC 1;'], 'SELECT 1')).toEqual([]);
  });
});

describe('a function that is made anew', () => {
  const function_ = (returns: string, name = 'f(a int)') =>
    `CREATE FUNCTION ${name} RETURNS ${returns} LANGUAGE sql AS 'SELECT 1';`;
  const anew = (returns: string, as: string) => knowing([function_(returns)], `DROP FUNCTION f(int); ${function_(as)}`);

  test.each([
    ['int', 'text'],
    ['int', 'int[]'],
    ['int', 'SETOF int'],
    ['TABLE (id int)', 'TABLE (id int, name text)'],
    ['TABLE (id int)', 'TABLE (number int)'],
  ])('breaks code that reads %s where it now returns %s', (returns, as) => {
    expect(anew(returns, as)).toEqual(['warning schema/drops-object']);
  });

  test.each([
    ['int', 'integer'],
    ['SETOF users', 'SETOF users'],
    ['varchar(50)', 'varchar'], // PostgreSQL keeps no length of it
    ['TABLE (id int)', 'TABLE (id int4)'],
  ])('breaks nothing where %s is returned as before: %s', (returns, as) => {
    expect(anew(returns, as)).toEqual([]);
  });

  test('is compared with what it was last, in the schema that is meant', () => {
    const last = function_('text').replace('CREATE', 'DROP FUNCTION f(int); CREATE');
    const script = `DROP FUNCTION public.f(int); ${function_('text', 'public.f(a int)')}`;
    expect(knowing([function_('int'), last], script)).toEqual([]);
    expect(knowing([function_('int', 'shop.f(a int)')], script)).toEqual([]);
  });

  test('breaks nothing that is known where nobody knows what it returned', () => {
    expect(knowing([], `DROP FUNCTION f(int); ${function_('text')}`)).toEqual([]);
  });
});
