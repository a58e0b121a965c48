import { describe, expect, test } from '@jest/globals';
import { Masks } from './masks.ts';

const SECRET = `fake "value" with 'quotes' & <signs> äé/?+`;

function masking(...values: string[]): Masks {
  const masks = new Masks();
  for (const value of values) masks.add(value);
  return masks;
}

describe('Masks', () => {
  test.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['behind one byte in base64', Buffer.from(`xx${SECRET}`).toString('base64').slice(4)],
    ['behind two bytes in base64', Buffer.from(`x${SECRET}`).toString('base64').slice(4)],
    ['inside JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['percent-encoded', encodeURIComponent(SECRET).replaceAll("'", '%27')],
    ['inside XML', 'fake &quot;value&quot; with &apos;quotes&apos; &amp; &lt;signs&gt; äé/?+'],
    ['inside an expression', SECRET.replaceAll("'", "''")],
    ['inside an argument', SECRET.replaceAll('"', '\\"')],
  ])('hides a value %s', (_, text) => {
    expect(masking(SECRET).apply(`before ${text} after`)).toBe('before *** after');
  });

  test('hides each line of a value', () => {
    const masks = masking('first line\n  second line  \n');
    expect(masks.apply('a first line, a second line')).toBe('a ***, a ***');
  });

  test('hides the inside of a quoted value', () => {
    expect(masking('"quoted-value"').apply('quoted-value')).toBe('***');
  });

  test('joins neighbours and overlaps', () => {
    expect(masking('abcdef', 'defghi', 'xyz').apply('abcdefghixyz.')).toBe('***.');
  });

  test('has no minimum length', () => {
    expect(masking('1').apply('10:41')).toBe('***0:4***');
  });

  test('leaves what the runner does not know', () => {
    const hex = Buffer.from(SECRET).toString('hex');
    expect(masking(SECRET).hides(hex)).toBe(false);
  });

  test('ignores empty values', () => {
    expect(masking('', '  \n').apply('a b')).toBe('a b');
  });
});
