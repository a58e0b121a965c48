import { invalidValue } from '../../config/findings.ts';
import { parseDuration } from '../../core/duration.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import type { Matcher } from './matcher.ts';
import { parseTime, requireTime } from './times.ts';

export interface Near {
  value: number | string;
  /** A number, or a duration for points in time. */
  tolerance: number | string;
}

/** A number or a point in time that may differ a little. */
export const near: Matcher<Near> = {
  expected: ({ value, tolerance }) => `${value}, or at most ${tolerance} away from it`,
  holds: (actual, { value, tolerance }) => {
    if (typeof tolerance === 'number') return isWithin(toNumber(actual), requireNumber(value), tolerance);
    const most = parseDuration(tolerance, Number.MAX_SAFE_INTEGER) ?? 0;
    return isWithin(parseTime(actual), requireTime(value), most);
  },
};

function isWithin(actual: number | undefined, wanted: number, most: number): boolean {
  if (actual === undefined) return false;
  const rounding = Number.EPSILON * Math.max(Math.abs(actual), Math.abs(wanted)); // 0.3 - 0.1 is more than 0.2 otherwise
  return Math.abs(actual - wanted) <= most + rounding;
}

function toNumber(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = isText || typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Throws a GateError for what is not a number: the test is at fault, not the release. */
function requireNumber(wanted: unknown): number {
  const number = toNumber(wanted);
  if (number !== undefined) return number;
  const message = `\`near\` compares with ${JSON.stringify(wanted)}, which is not a number.`;
  throw new GateError([
    found(invalidValue, { message, help: 'For a point in time, write `tolerance` as a duration.' }),
  ]);
}
