import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withoutBlockScalars } from './block-scalars.ts';

test('writes block scalars with expressions in quotes and keeps every line where it was', () => {
  const text = [
    'a: >-',
    '  ${{ one',
    '  || two }}',
    'b: |',
    '  no expression',
    '  ${ here }',
    'c: |',
    '  echo "${{ x }}"',
    '  done',
    'd: 1',
    '',
  ].join('\n');
  const result = withoutBlockScalars(text);
  expect(parse(result)).toEqual(parse(text));
  expect(result).not.toContain('>-');
  expect(result).toContain('b: |');
  expect(result.split('\n').indexOf('d: 1')).toBe(text.split('\n').indexOf('d: 1'));
});
