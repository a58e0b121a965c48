import { formatDuration } from '../../core/duration.ts';
import type { Matcher } from './matcher.ts';

/** How far clocks may differ; milliseconds. A time further in the future cannot be correct. */
const clockSkew = 60_000;

export const newerThan: Matcher<number> = {
  expected: wanted => `a time within the last ${formatDuration(wanted)}`,
  holds: (actual, wanted, now) => {
    const time = parseTime(actual);
    return time !== undefined && time >= now - wanted && time <= now + clockSkew;
  },
};

/** Unix time in seconds stays below this until the year 5138. In milliseconds, it has been above this since 1973. */
const leastMilliseconds = 1e11;

/** Milliseconds since the epoch; undefined for a value that is not a point in time. */
function parseTime(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number') return number < leastMilliseconds ? number * 1000 : number;
  const time = typeof number === 'string' ? Date.parse(number) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
