import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { compare, median, type Program } from '../../bench/paired.ts';

function program(script: string, exitCode = 0): Program {
  return { args: ['-e', script], env: {}, cwd: tmpdir(), exitCode };
}

describe('the median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 3, 10], 3.5],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

describe('a comparison', () => {
  test('gives the times of both, and how often one fits into the other', () => {
    const { baseline, subject, ratio } = compare(program('0'), program('process.exitCode = 1', 1), 2);
    for (const value of [baseline, subject, ratio]) expect(value).toBeGreaterThan(0);
  });

  test('is not made of runs that went wrong', () => {
    expect(() => compare(program('0'), program('console.error("no such gate"); process.exit(3)'), 2)).toThrow(
      /ended with 3:\nno such gate/,
    );
  });
});
