import { invalidValue } from '../../config/findings.ts';
import { formatDuration } from '../../core/duration.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
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

export const before: Matcher<number | string> = {
  expected: wanted => `a time before ${wanted}`,
  holds: (actual, wanted) => compareTimes(actual, wanted) < 0,
};

export const after: Matcher<number | string> = {
  expected: wanted => `a time after ${wanted}`,
  holds: (actual, wanted) => compareTimes(actual, wanted) > 0,
};

/** Negative if the first is earlier; NaN, which no comparison holds for, if it is not a point in time. */
function compareTimes(actual: unknown, wanted: number | string): number {
  return (parseTime(actual) ?? Number.NaN) - requireTime(wanted);
}

/** Throws a GateError for what is not a point in time: the test is at fault, not the release. */
export function requireTime(wanted: unknown): number {
  const time = parseTime(wanted);
  if (time !== undefined) return time;
  const message = `A rule compares with ${JSON.stringify(wanted)}, which is not a point in time.`;
  throw new GateError([
    found(invalidValue, { message, help: 'Write a time as 2026-03-01T12:00:00Z, or capture one.' }),
  ]);
}

/** Unix time in seconds stays below this until the year 5138. In milliseconds, it has been above this since 1973. */
const leastMilliseconds = 1e11;

/** Milliseconds since the epoch; undefined for a value that is not a point in time. */
export function parseTime(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number') return number < leastMilliseconds ? number * 1000 : number;
  const time = typeof number === 'string' ? Date.parse(number) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
