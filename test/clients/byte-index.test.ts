import { expect, test } from '@jest/globals';
import { findByteIndex } from '../../src/clients/byte-index.ts';

test.each([
  ['nothing', ''],
  ['ASCII', 'abc'.repeat(5000)],
  ['two bytes', 'é'.repeat(5000)],
  ['three bytes, off the steps', `a${'€'.repeat(5000)}`],
  ['pairs of UTF-16', `ab${'😀'.repeat(5000)}é`],
])('each character of a text is found by its byte: %s', (_, text) => {
  const indexOf = findByteIndex(text);
  let [byte, index] = [0, 0];
  for (const character of text) {
    if (indexOf(byte) !== index) throw new Error(`byte ${byte} is said to be at ${indexOf(byte)}, and is at ${index}`);
    byte += Buffer.byteLength(character);
    index += character.length;
  }
  expect(indexOf(byte)).toBe(text.length);
});
