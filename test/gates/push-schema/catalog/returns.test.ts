import { expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const drop = 'DROP FUNCTION f(int);';
const made = (returns: string, takes = 'a int') =>
  `CREATE FUNCTION f(${takes}) ${returns} LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN END $$;`;

/** What is seen of a function that is made anew, in a database that has it. */
async function seenOf(before: string, after: string): Promise<string[]> {
  await bench.sql(`CREATE TYPE mood AS ENUM ('good'); CREATE SCHEMA shop; CREATE TYPE shop.size AS ENUM ('small')`);
  await bench.sql(before);
  await bench.supabase({ '1_anew': `${drop} ${after}` });
  const findings = listFindings(await bench.push());
  return findings.filter(({ code }) => code === 'schema/drops-object').map(({ message }) => message);
}

test.each([
  ['RETURNS int', 'RETURNS text', 'returns text instead of integer.'],
  ['RETURNS int', 'RETURNS SETOF int', 'returns SETOF integer instead of integer.'],
  [
    'RETURNS TABLE (id int)',
    'RETURNS TABLE (id int, name text)',
    'returns SETOF (id integer, name text) instead of SETOF (id integer).',
  ],
])('a live function that returned %s and now %s breaks the code that reads it', async (was, is, message) => {
  expect(await seenOf(made(was), made(is))).toEqual([`The function f(integer) is recreated and ${message}`]);
});

test.each([
  ['RETURNS int4'],
  ['RETURNS varchar(20)'],
  ['RETURNS timestamptz(3)'],
  ['RETURNS mood'],
  ['RETURNS shop.size[]'],
  ['RETURNS SETOF public.mood'],
  ['RETURNS TABLE (id int, at timestamptz)'],
  ['RETURNS void'],
  ['RETURNS numeric(10, 2)'],
  ['RETURNS char'],
])('a live function that still %s breaks nothing', async returns => {
  expect(await seenOf(made(returns), made(returns))).toEqual([]);
});

test.each([['a int, OUT b text'], ['a int, OUT b text, OUT c shop.size'], ['INOUT a int'], ['a int, OUT text']])(
  'a live function of (%s) that is made again breaks nothing',
  async takes => {
    expect(await seenOf(made('', takes), made('', takes))).toEqual([]);
  },
);
