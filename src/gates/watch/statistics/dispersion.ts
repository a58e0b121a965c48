import type { Count } from './e-process.ts';

/** Fewer intervals than this say nothing of how events cluster. */
const fewest = 8;

/**
 * How far events cluster: 1 where they are independent, more where one cause makes several. The variance of the counts
 * of the intervals over their mean (Pearson's statistic over its degrees of freedom; McCullagh and Nelder, "Generalized
 * Linear Models", 1989, section 6.2.3).
 */
export function estimateDispersion(intervals: Count[]): number {
  const used = intervals.filter(({ exposure }) => exposure > 0);
  const events = used.reduce((sum, interval) => sum + interval.events, 0);
  const exposure = used.reduce((sum, interval) => sum + interval.exposure, 0);
  if (used.length < fewest || events === 0) return 1;
  const squares = used.map(interval => {
    const expected = (events * interval.exposure) / exposure;
    return (interval.events - expected) ** 2 / expected;
  });
  return Math.max(1, squares.reduce((sum, square) => sum + square, 0) / (used.length - 1));
}
