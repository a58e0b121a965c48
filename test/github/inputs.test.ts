import { afterEach, describe, expect, test } from '@jest/globals';
import { actionInputs } from '../../src/github/inputs.ts';

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
    ['a switch', 'flag', 'yes', 'true or false'],
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
