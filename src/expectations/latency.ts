import { formatDuration } from '../core/duration.ts';
import { type Finding, found } from '../core/finding.ts';
import type { About, Expect } from './expectation.ts';
import { tooSlow } from './findings.ts';

export const latency: Expect = (expected, answer, about) => checkLatency(answer.took, expected.within, about);

/** Checks a duration against its limit, both in milliseconds. */
export function checkLatency(took: number, within: number | undefined, { target, where }: About): Finding[] {
  if (within === undefined || took <= within) return [];
  const message = `${target} took ${formatDuration(took)}, allowed is ${formatDuration(within)}.`;
  return [found(tooSlow, { message, ...where })];
}
