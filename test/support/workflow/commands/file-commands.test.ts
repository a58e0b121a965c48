import { describe, expect, test } from '@jest/globals';
import { parsePairs } from './file-commands.ts';

describe('parsePairs', () => {
  test.each([
    ['NAME=VALUE', 'a=b=c\n', [['a', 'b=c']]],
    ['an empty value', 'a=\n', [['a', '']]],
    [
      'several lines',
      'a<<END\none\n\ntwo\nEND\nb=1',
      [
        ['a', 'one\n\ntwo'],
        ['b', '1'],
      ],
    ],
    ['an empty text', 'a<<END\nEND\n', [['a', '']]],
    ['whichever of = and << comes first: =', 'a=b<<c\n', [['a', 'b<<c']]],
    ['whichever of = and << comes first: <<', 'a<<b=c\nx\nb=c\n', [['a', 'x']]],
    [
      'empty lines between entries',
      '\na=1\n\nb=2\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a carriage return as part of the value', 'a=1\r\n', [['a', '1\r']]],
  ])('reads %s', (_, text, pairs) => {
    expect([...parsePairs(text)]).toEqual(pairs);
  });

  test.each([
    ['a line without = and <<', 'text\n', "Invalid format 'text'"],
    ['no name', '<<END\nx\nEND\n', "Invalid format '<<END'. Name must not be empty and delimiter must not be empty"],
    ['no delimiter', 'a<<\nx\n', "Invalid format 'a<<'. Name must not be empty and delimiter must not be empty"],
    ['an open end', 'a<<END\nx\n', "Invalid value. Matching delimiter not found 'END'"],
    ['a delimiter on the line of the value', 'a<<END\nxEND', 'Invalid value. EOF marker missing new line.'],
  ])('refuses %s', (_, text, message) => {
    expect(() => [...parsePairs(text)]).toThrow(message);
  });

  test('gives what comes before a mistake', () => {
    const pairs = parsePairs('a=1\nmistake\n');
    expect(pairs.next().value).toEqual(['a', '1']);
    expect(() => pairs.next()).toThrow("Invalid format 'mistake'");
  });
});
