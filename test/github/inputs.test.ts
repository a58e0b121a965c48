import { afterEach, describe, expect, test } from '@jest/globals';
import { actionInputs, SideInputs } from '../../src/github/inputs.ts';

/** As the runner hands over `with: { sample: … }`. */
function given(value: string | undefined): void {
  if (value === undefined) delete process.env.INPUT_SAMPLE;
  else process.env.INPUT_SAMPLE = value;
}
afterEach(() => given(undefined));

describe('an input is read as', () => {
  test.each([
    ['a text', 'text', '  api ', 'api'],
    ['no text', 'text', undefined, ''],
    ['a list by lines', 'list', 'a\n\n b \n', ['a', 'b']],
    ['a list by commas', 'list', 'a, b,,c', ['a', 'b', 'c']],
    ['an empty list', 'list', '', []],
    ['a switch that is on', 'flag', 'true', true],
    ['a switch that is off', 'flag', 'False', false],
    ['a switch that is on in YAML 1.1', 'flag', 'Yes', true],
    ['a switch that is off in YAML 1.1', 'flag', 'no', false],
    ['a switch with a line end of Windows', 'flag', 'on\r\n', true],
    ['a switch of blanks', 'flag', ' \t', false],
    ['a list with line ends of Windows', 'list', 'a\r\nb,c\r\n', ['a', 'b', 'c']],
    ['a duration with blanks', 'duration', ' 5m\r\n', 300_000],
    ['a switch that was left out', 'flag', '', false],
    ['a duration', 'duration', '1.5s', 1500],
    ['no duration', 'duration', '', undefined],
    ['a number', 'integer', '0', 0],
    ['no number', 'integer', '', undefined],
  ] as const)('%s', (_, kind, value, result) => {
    given(value);
    expect(actionInputs[kind]('sample')).toEqual(result);
  });
});

describe('an input is refused as', () => {
  test.each([
    ['a switch', 'flag', 'yess', 'true or false'],
    ['a duration without a unit', 'duration', '5', 'a duration with its unit, such as 200ms, 30s or 5m'],
    ['a duration of another unit', 'duration', '5sec', 'a duration with its unit, such as 200ms, 30s or 5m'],
    ['a negative duration', 'duration', '-5s', 'a duration with its unit, such as 200ms, 30s or 5m'],
    ['a number that is not one', 'integer', 'abc', 'a whole number'],
    ['a fraction', 'integer', '1.5', 'a whole number'],
    ['a negative number', 'integer', '-1', 'a whole number'],
    ['a number that no computer counts to', 'integer', '9'.repeat(30), 'a whole number'],
  ] as const)('%s', (_, kind, value, expected) => {
    given(value);
    expect(() => actionInputs[kind]('sample')).toThrow(
      expect.objectContaining({
        findings: [
          expect.objectContaining({
            code: 'config/invalid-input',
            message: `The input \`sample\` is "${value}".`,
            help: `Set it to ${expected} in the workflow.`,
          }),
        ],
      }),
    );
  });
});

describe('an input that must not stop the gate', () => {
  test.each([
    ['a switch', 'flag', 'yess', false, 'true or false'],
    ['a switch whose default is on', 'flag', 'nope', true, 'true or false'],
    ['a duration', 'duration', '5', undefined, 'a duration with its unit'],
  ] as const)('falls back to the default of %s, and says so', (_, kind, value, fallback, expected) => {
    given(value);
    const side = new SideInputs(actionInputs);
    const read = kind === 'flag' ? side.flag('sample', fallback === true) : side.duration('sample');
    expect(read).toBe(fallback);
    expect(side.ignored).toMatchObject([
      {
        code: 'config/input-ignored',
        severity: 'warning',
        message: expect.stringContaining(`\`sample\` is "${value}"`),
        help: expect.stringContaining(expected),
      },
    ]);
  });

  test('is read as any other if it can be', () => {
    given('off');
    const side = new SideInputs(actionInputs);
    expect([side.flag('sample', true), side.ignored]).toEqual([false, []]);
    given('2s');
    expect([side.duration('sample'), side.ignored]).toEqual([2000, []]);
  });

  test('has its default if it was left out', () => {
    given(undefined);
    const side = new SideInputs(actionInputs);
    expect([side.flag('sample', true), side.duration('sample'), side.ignored]).toEqual([true, undefined, []]);
  });
});
