import { formatDuration } from '../../core/duration.ts';
import type { Matcher } from './matcher.ts';

/** Clocks differ; what is further in the future than this is no time that something happened at; milliseconds. */
const clockSkew = 60_000;

export const newerThan: Matcher<number> = {
  expected: wanted => `a time within the last ${formatDuration(wanted)}`,
  holds: (actual, wanted, now) => {
    const time = timeOf(actual);
    return time !== undefined && time >= now - wanted && time <= now + clockSkew;
  },
};

/** Seconds of Unix time stay below this until the year 5138, and milliseconds have been above it since 1973. */
const leastMilliseconds = 1e11;

/** Milliseconds since the epoch; undefined for what is no point in time. */
function timeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number') return number < leastMilliseconds ? number * 1000 : number;
  const time = typeof number === 'string' ? Date.parse(number) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
