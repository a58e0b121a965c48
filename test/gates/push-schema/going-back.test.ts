import { beforeEach, expect, test } from '@jest/globals';
import { codesOf, type Workbench, withWorkbench } from './workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

beforeEach(async () => {
  await bench.sql(`CREATE TABLE users (id int, email text, CONSTRAINT adult CHECK (id > 0));
    CREATE UNIQUE INDEX users_email_key ON users (email);
    CREATE VIEW everyone AS SELECT * FROM users;
    CREATE TABLE Übersicht (id int); INSERT INTO Übersicht VALUES (1);
    CREATE SEQUENCE numbers;
    CREATE TYPE address AS (zip text);
    CREATE SCHEMA shop; CREATE TABLE shop.orders AS SELECT 1 AS id`);
});

/** What the gate says of the script before it is applied. */
async function said(script: string): Promise<string[]> {
  await bench.supabase({ '1_change': script });
  return codesOf(await bench.push({ mode: 'check' }));
}

test.each([
  ['ALTER VIEW everyone RENAME COLUMN email TO mail', 'error schema/renames'],
  ['ALTER VIEW everyone SET SCHEMA shop', 'error schema/renames'],
  ['ALTER SEQUENCE numbers SET SCHEMA shop', 'error schema/renames'],
  ['ALTER TYPE address DROP ATTRIBUTE zip', 'error schema/drops-column'],
  ['REVOKE SELECT ON everyone FROM PUBLIC', 'warning schema/takes-rights'],
  ['DELETE FROM everyone', 'error schema/deletes-rows'],
  ['DROP INDEX CONCURRENTLY users_email_key', 'notice schema/drops-constraint'],
  ['DROP VIEW everyone; CREATE VIEW everyone AS SELECT id FROM users', 'warning schema/drops-object'],
  ['DROP TABLE Übersicht', 'error schema/drops-table'],
  ['SET search_path TO shop; DROP TABLE orders', 'error schema/drops-table'],
])('what the database has already is in use: %s', async (script, code) => {
  expect(await said(script)).toEqual([code]);
});

test('a table is looked for where the role finds it', async () => {
  const [{ name } = { name: '' }] = await bench.sql<{ name: string }>('SELECT current_database() AS name');
  await bench.sql(`ALTER DATABASE "${name}" SET search_path = shop`);
  try {
    expect(await said('DROP TABLE orders')).toEqual(['error schema/drops-table']);
  } finally {
    await bench.sql(`ALTER DATABASE "${name}" RESET search_path`);
  }
});

test.each([
  'ALTER TABLE users DROP CONSTRAINT adult',
  'DROP VIEW everyone; CREATE VIEW everyone AS SELECT email, u.id, 1 AS more FROM users u',
  'DROP VIEW everyone; CREATE VIEW everyone (id) AS SELECT upper(email) AS x, email FROM users UNION SELECT 1, 2',
  'DROP VIEW everyone; CREATE VIEW everyone AS SELECT * FROM users',
])('nobody misses anything, and nothing is said: %s', async script => {
  expect(await said(script)).toEqual([]);
});
