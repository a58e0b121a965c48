import { expect, test } from '@jest/globals';
import { hasText } from '../../src/core/has-text.ts';

test.each([
  [{ get: '/version', expect: { json: { commit: ['abc'] } } }, true],
  ['xabcx', true],
  [{ abc: 1 }, false],
  [[null, 7, undefined, { at: 'ab' }], false],
])('%j contains the text: %s', (value, expected) => {
  expect(hasText(value, 'abc')).toBe(expected);
});
