import { isDeepStrictEqual } from 'node:util';
import type { Matcher } from './matcher.ts';

export const equals: Matcher<unknown> = {
  expected: (wanted, show) => show(wanted),
  holds: (actual, wanted) => isEqual(actual, wanted),
};

/** A header is always text, so the text `60` equals the number 60. */
export function isEqual(actual: unknown, wanted: unknown): boolean {
  if (isDeepStrictEqual(actual, wanted)) return true;
  return typeof actual === 'string' && ['number', 'boolean'].includes(typeof wanted) && actual === String(wanted);
}
