import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GateError } from '../../src/core/errors.ts';
import { matchPattern } from '../../src/core/pattern.ts';

describe('a regular expression of a person', () => {
  test.each([
    ['(a+)+b', 'a'.repeat(40)],
    ['(a+)+b', 'a'.repeat(100_000)],
    ['^(\\w+\\s?)*$', `${'aaa bbb '.repeat(10)}!`],
    ['(x+x+)+y', 'x'.repeat(100_000)],
  ])('that backtracks without end is decided soon: %s', (pattern, text) => {
    const started = performance.now();
    expect(matchPattern(pattern, text)).toBeNull();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test.each([
    ['(a+)+\\1b', 'a'.repeat(40)],
    ['^(?=(a|a)+c)', 'a'.repeat(40)],
    ['(.*a){20}$', `${'a'.repeat(60)}!`],
  ])('that cannot be decided soon is stopped, which is not a verdict on the text: %s', (pattern, text) => {
    const started = performance.now();
    expect(() => matchPattern(pattern, text)).toThrow(GateError);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('captures as always, also after it backtracked often', () => {
    expect(matchPattern('order-(\\d+)', 'your order-17')?.[1]).toBe('17');
    expect(matchPattern('(?:a+)+(b)', `${'a'.repeat(40)} aab`)?.[1]).toBe('b');
    expect(matchPattern('(?<=id=)\\w+', 'id=x1')?.[0]).toBe('x1');
  });

  test('means the same as without the limit', () => {
    const piece = fc.constantFrom('a', 'b', '(a|ab)', '(?:b+)', 'a*?', '(a*)', 'b{1,3}', '^', '$', '|', '.', '[^b]');
    const property = fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.stringMatching(/^[abc]{0,12}$/),
      (pieces, text) => {
        const pattern = pieces.join('');
        expect(matchPattern(pattern, text)).toEqual(new RegExp(pattern).exec(text));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
