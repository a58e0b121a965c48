import { formatDuration } from '../../core/duration.ts';
import type { FindingKind } from '../../core/finding.ts';
import { judgeRate } from './judge-rate.ts';
import type { Judgement } from './judgement.ts';
import { boundQuantile, findQuantile } from './statistics/quantiles.ts';

export const tooSlow: FindingKind = {
  code: 'watch/too-slow',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answers take longer than the configuration allows, and chance does not explain it.',
  cause: 'A slow query or call that the release added, too few instances, or a cold cache.',
  help: 'Compare traces or the log of slow queries before and after the release; then roll back, or scale and fix.',
};

export interface LatencyBound {
  /** `p95`. */
  name: string;
  /** 0.95 for p95. */
  quantile: number;
  /** Milliseconds. */
  atMost: number;
}

/**
 * Whether a quantile of the latencies is within its bound: p95 is, while at most 5 % of the answers take longer. That
 * share is judged like any other. `sorted` in milliseconds, ascending.
 */
export function judgeLatency(sorted: number[], { name, quantile, atMost }: LatencyBound, alpha: number): Judgement {
  const slow = sorted.length - countUpTo(sorted, atMost);
  const bounds = { atMost: 1 - quantile, timesBefore: undefined };
  const count = { events: slow, exposure: sorted.length };
  const what = `answers took longer than ${formatDuration(atMost)}`;
  const judged = judgeRate(count, undefined, { what, bounds, alpha, dispersion: 1 });
  const sentence = `${name} is ${describeQuantile(sorted, quantile, alpha)} on ${sorted.length.toLocaleString('en-US')} answers, at most ${formatDuration(atMost)}`;
  return { ...judged, sentence, ...(judged.kind && { kind: tooSlow }) };
}

function describeQuantile(sorted: number[], quantile: number, alpha: number): string {
  const value = findQuantile(sorted, quantile);
  if (value === undefined) return 'not known';
  const { low, high } = boundQuantile(sorted, quantile, alpha);
  if (low === undefined || high === undefined) return formatDuration(value);
  return `${formatDuration(value)} (between ${formatDuration(low)} and ${formatDuration(high)})`;
}

/** How many of the values are no greater than the bound. */
function countUpTo(sorted: number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
