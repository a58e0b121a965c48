import { describe, expect, test } from '@jest/globals';
import { parseCommand } from './commands.ts';

const known = (name: string) => ['error', 'group'].includes(name.toLowerCase());

describe('parseCommand', () => {
  test('decodes data and properties', () => {
    const command = parseCommand('  ::error file=a%2Cb.ts,line=3,title=x%3Ay::50%25 of%0Alines', known);
    expect(command).toEqual({
      name: 'error',
      properties: new Map([
        ['file', 'a,b.ts'],
        ['line', '3'],
        ['title', 'x:y'],
      ]),
      data: '50% of\nlines',
    });
  });

  test('decodes percent signs last', () => {
    expect(parseCommand('::error::%250A', known)?.data).toBe('%0A');
  });

  test('accepts the legacy form anywhere in the line', () => {
    const command = parseCommand('2026-01-01 ##[group kind=a%3Bb]title%5D', known);
    expect(command).toEqual({ name: 'group', properties: new Map([['kind', 'a;b']]), data: 'title]' });
  });

  test.each([
    ['an unknown name', '::unknown::text'],
    ['a line that has it inside', 'text ::error::text'],
    ['a line without the second colons', '::error text'],
    ['an unknown legacy name', '##[unknown]text'],
  ])('takes %s for plain output', (_, line) => {
    expect(parseCommand(line, known)).toBeUndefined();
  });
});
