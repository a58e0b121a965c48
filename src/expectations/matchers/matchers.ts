import { isDeepStrictEqual } from 'node:util';
import type { Matching } from '../../config/schema/matchers.ts';
import { matchPattern } from '../../core/pattern.ts';
import type { Matcher } from './matcher.ts';
import { newerThan } from './newer-than.ts';
import { compareValues } from './order.ts';

type Matchers = { [Key in keyof Matching]-?: Matcher<NonNullable<Matching[Key]>> };

/** The rules by their keys. `hasAll` says whether an item has all that is wanted of it. */
export const createMatchers = (hasAll: (item: unknown, wanted: unknown) => boolean): Matchers => ({
  equals: {
    expected: (wanted, show) => show(wanted),
    holds: isEqual,
  },
  'not-equals': {
    expected: (wanted, show) => `anything but ${show(wanted)}`,
    holds: (actual, wanted) => !isEqual(actual, wanted),
  },
  'one-of': {
    expected: (wanted, show) => wanted.map(show).join(' or '),
    holds: (actual, wanted) => wanted.some(value => isEqual(actual, value)),
  },
  matches: {
    expected: wanted => `a match of /${wanted}/`,
    holds: (actual, wanted) =>
      ['string', 'number', 'bigint'].includes(typeof actual) && matchPattern(wanted, String(actual)) !== null,
  },
  contains: {
    expected: (wanted, show) => `a text or list that contains ${show(wanted)}`,
    holds: (actual, wanted) => {
      if (Array.isArray(actual)) return actual.some(item => isEqual(item, wanted) || hasAll(item, wanted));
      return typeof actual === 'string' && actual.includes(String(wanted));
    },
  },
  'contains-exactly': {
    expected: (wanted, show) => `a list that contains exactly ${show(wanted)}`,
    holds: (actual, wanted) => Array.isArray(actual) && actual.some(item => isEqual(item, wanted)),
  },
  'at-least': {
    expected: wanted => `at least ${wanted}`,
    holds: (actual, wanted) => (compareValues(actual, wanted) ?? Number.NaN) >= 0,
  },
  'at-most': {
    expected: wanted => `at most ${wanted}`,
    holds: (actual, wanted) => (compareValues(actual, wanted) ?? Number.NaN) <= 0,
  },
  'newer-than': newerThan,
  exists: {
    expected: wanted => (wanted ? 'any value' : 'no value'),
    holds: (actual, wanted) => (actual !== undefined) === wanted,
  },
});

/** A header is always text, so the text `60` equals the number 60. */
export function isEqual(actual: unknown, wanted: unknown): boolean {
  if (isDeepStrictEqual(actual, wanted)) return true;
  if (typeof actual === 'bigint') return typeof wanted === 'string' && wanted === String(actual);
  return typeof actual === 'string' && ['number', 'boolean'].includes(typeof wanted) && actual === String(wanted);
}
