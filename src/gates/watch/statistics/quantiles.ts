/** Where a quantile lies, whenever one looks; in the unit of the samples. An end is undefined while it is not known. */
export interface Interval {
  low: number | undefined;
  high: number | undefined;
}

/**
 * A confidence sequence for a quantile: it holds at every sample size together with probability 1 - alpha, so it may be
 * looked at after each request (Howard and Ramdas, "Sequential estimation of quantiles with applications to A/B testing
 * and best-arm identification", Bernoulli 2022, theorem 1 with the constants of its equation 7).
 *
 * @param sorted the samples so far, in ascending order
 * @param quantile 0.95 for p95
 */
export function boundQuantile(sorted: number[], quantile: number, alpha: number): Interval {
  const count = sorted.length;
  if (count === 0) return { low: undefined, high: undefined };
  return {
    low: lowerValue(sorted, quantile - margin(count, 1 - quantile, alpha)),
    high: upperValue(sorted, quantile + margin(count, quantile, alpha)),
  };
}

/** The quantile itself: the smallest sample that at least this share of the samples does not exceed. */
export function findQuantile(sorted: number[], quantile: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)];
}

function margin(count: number, quantile: number, alpha: number): number {
  const spent = (1.4 * Math.log(Math.log(2.1 * count)) + Math.log(10 / alpha)) / count;
  return 1.5 * Math.sqrt(quantile * (1 - quantile) * spent) + 0.8 * spent;
}

/** Of equal shares the lower sample, so that the interval is never too narrow. */
function lowerValue(sorted: number[], share: number): number | undefined {
  return share <= 0 ? undefined : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function upperValue(sorted: number[], share: number): number | undefined {
  return share >= 1 ? undefined : sorted[Math.floor(share * sorted.length)];
}
