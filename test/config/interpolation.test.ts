import { expect, test } from '@jest/globals';
import { interpolate } from '../../src/config/interpolation.ts';

test.each([
  ['${value}', 7, 7],
  ['${value}', null, null],
  ['${value}', undefined, '${value}'],
  ['it is ${value}', 7, 'it is 7'],
  ['it is ${value}', null, 'it is null'],
  ['it is ${value}', undefined, 'it is ${value}'],
  ['$${value}', 7, '$${value}'],
])('%s with %j is %j', (text, value, expected) => {
  expect(interpolate({ at: [text] }, () => value)).toEqual({ at: [expected] });
});
