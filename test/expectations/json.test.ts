import { describe, expect, test } from '@jest/globals';
import { expectedSchema } from '../../src/config/schema/matchers.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import { findDifferences } from '../../src/expectations/differences.ts';
import { isEqual } from '../../src/expectations/matchers/matchers.ts';

const read = (text: string) => parseJson(text)?.value;

describe('JSON of a service', () => {
  test('keeps an integer that no number can hold, through comparison and sending', () => {
    const value = read('{"id": 9007199254740993, "small": 12345, "price": 0.1}');
    expect(JSON.stringify(value)).toBe('{"id":9007199254740993,"small":12345,"price":0.1}');
    expect(findDifferences({ id: '9007199254740993' }, value)).toEqual([]);
    expect(findDifferences(value, value)).toEqual([]);
    expect(findDifferences({ id: 9007199254740992 }, value)).toEqual([
      '$.id is 9007199254740993, expected 9007199254740992',
    ]);
    expect(isEqual(read('9007199254740993'), '9007199254740993')).toBe(true);
    expect(isEqual(read('9007199254740993'), 9007199254740992)).toBe(false);
    expect(expectedSchema.safeParse({ id: 9007199254740992 }).success).toBe(false);
    expect(read('1e400')).toBe(Number.POSITIVE_INFINITY);
  });

  test('may begin with a byte order mark', () => expect(read('\ufeff{"a":1}')).toEqual({ a: 1 }));

  test.each(['['.repeat(5000), '['.repeat(200_000), `${'['.repeat(5000)}${']'.repeat(5000)}`])(
    'that is nested too deep is not readable, and overflows nothing',
    text => expect(parseJson(text)).toBeUndefined(),
  );

  test('may be deep, and may have many brackets', () => {
    expect(parseJson(`${'['.repeat(400)}${']'.repeat(400)}`)).toBeDefined();
    expect(parseJson(`[${'[],'.repeat(5000)}[]]`)).toBeDefined();
  });
});
