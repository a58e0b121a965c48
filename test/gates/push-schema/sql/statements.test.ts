import { expect, test } from '@jest/globals';
import { findIndex, placeAt } from '../../../../src/gates/push-schema/sql/place.ts';
import { splitStatements } from '../../../../src/gates/push-schema/sql/statements.ts';

const texts = (script: string) => splitStatements(script).map(({ text }) => text);

test.each([
  ['two statements', 'a; b', ['a', 'b']],
  ['empty ones between', ';;a;; ;', ['a']],
  ['a string', "a ';' 'it''s;'; b", ["a ';' 'it''s;'", 'b']],
  ['an escape string', "a E'it\\'s;'; b", ["a E'it\\'s;'", 'b']],
  ['a backslash in a plain string', "a '\\'; b", ["a '\\'", 'b']],
  ['a quoted name', 'a ";"; b', ['a ";"', 'b']],
  ['a dollar quote', "a $$ ; ' $$; b", ["a $$ ; ' $$", 'b']],
  ['a dollar quote with a tag', 'a $f$ ; $$ ; $f$; b', ['a $f$ ; $$ ; $f$', 'b']],
  ['a dollar within a name', 'a$b$; c$b$', ['a$b$', 'c$b$']],
  ['a parameter', 'a $1; b', ['a $1', 'b']],
  ['a line comment', "a -- ; '\n; b", ["a -- ; '", 'b']],
  ['a line comment that ends as on an old Mac', 'a -- c\r; b', ['a -- c', 'b']],
  ['nested comments', "a /* /* ; */ ; ' */; b", ["a /* /* ; */ ; ' */", 'b']],
  ['a rule', 'CREATE RULE r AS ON INSERT TO t DO (a; b); c', ['CREATE RULE r AS ON INSERT TO t DO (a; b)', 'c']],
  [
    'a function body in SQL',
    'CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; c',
    ['CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END', 'c'],
  ],
  ['an open string', "a; b '; c", ['a', "b '; c"]],
])('splits %s', (_, script, expected) => {
  expect(texts(script)).toEqual(expected);
});

test('the code of a statement shows no comment and no value', () => {
  const [statement] = splitStatements("-- why\nALTER ROLE app\n  PASSWORD 'hush-hush' /* sic */ VALID UNTIL $$x$$;");
  expect(statement?.code).toBe("ALTER ROLE app PASSWORD '' VALID UNTIL $$");
  expect(statement?.start).toBe('-- why\n'.length);
});

test('a position counts characters, and a place lines and columns, from 1', () => {
  const script = "SELECT '😀';\nSELECT x;";
  const index = findIndex(script, 20);
  expect(script.slice(index)).toBe('x;');
  expect(placeAt(script, index, 'a.sql')).toEqual({ path: 'a.sql', line: 2, column: 8 });
});
