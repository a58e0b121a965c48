import { formatDuration } from '../core/duration.ts';
import { found } from '../core/finding.ts';
import type { Expect } from './expectation.ts';
import { tooSlow } from './findings.ts';

export const latency: Expect = (expected, answer, about) => {
  if (expected.within === undefined || answer.took <= expected.within) return [];
  const message = `${about.target} took ${formatDuration(answer.took)}, allowed is ${formatDuration(expected.within)}.`;
  return [found(tooSlow, { message, ...about.where })];
};
