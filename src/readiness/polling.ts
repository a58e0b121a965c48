/** The gate asks often in the first half minute, so that it notices readiness soon, and less often later; milliseconds. */
const quick = { until: 30_000, interval: 90, rest: 60 };
const calm = { interval: 500, rest: 250 };

/**
 * Milliseconds from the end of an attempt to the next: at most 11 requests a second, later 2. `took` and `requests` are
 * those of the attempt; a service that answers slowly gets a short pause too.
 */
export function computePause(elapsed: number, took: number, requests = 1): number {
  const { interval, rest } = elapsed < quick.until ? quick : calm;
  return Math.max(rest, interval * requests - took);
}
