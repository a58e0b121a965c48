import type { Attempt } from './attempt.ts';

/**
 * The gate asks often in the first half minute, so that it notices readiness soon, and while the service answers well,
 * so that it sees short outages and rare faults. A service that stays bad is asked less often; milliseconds.
 */
const quick = { until: 30_000, interval: 90, rest: 60 };
const calm = { interval: 500, rest: 250 };

/** No wait that a service asks for is longer, as it may be back sooner than it says; milliseconds. */
const longestWait = { unavailable: 10_000, throttled: 30_000 };

/** The gate slows down no further than to one attempt in six seconds. */
const mostHalvings = 6;

export interface Pace {
  /** Milliseconds since the start or since the last good answer, whichever is shorter. */
  idle: number;
  /** How long the last attempt took; milliseconds. */
  took: number;
  /** How many requests the last attempt sent. */
  requests?: number | undefined;
  /** The shortest time from one attempt to the next that the configuration allows; milliseconds. */
  interval?: number | undefined;
  /** How often a rate limit has stopped the gate. */
  throttled?: number;
}

/**
 * Milliseconds from the end of an attempt to the next: at most 11 requests a second, and 2 of a service that stays bad.
 * A service that answers slowly gets a short pause too. Each time that a rate limit stops the gate halves its pace.
 */
export function computePause({ idle, took, requests = 1, interval, throttled = 0 }: Pace): number {
  const usual = idle < quick.until ? quick : calm;
  const slowed = usual.interval * requests * 2 ** Math.min(throttled, mostHalvings);
  return Math.max(usual.rest, (interval ?? 0) - took, slowed - took);
}

/**
 * Milliseconds that the gate waits because the service asks for it (Retry-After); 0 when it does not. The wait leaves
 * time for `watch` (`for`) before the deadline.
 */
export function computeWait({ retryAfter = 0, throttled }: Attempt, remaining: number, watch: number): number {
  const longest = throttled ? longestWait.throttled : longestWait.unavailable;
  const wait = Math.min(retryAfter, longest);
  return watch === 0 ? wait : Math.max(0, Math.min(wait, remaining - watch - 1000));
}
