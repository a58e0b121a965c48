import { isDeepStrictEqual } from 'node:util';
import type { Matching } from '../../config/schema/matchers.ts';
import { matchPattern } from '../../core/pattern.ts';
import { selectValues } from '../json-paths.ts';
import { embeddedJson } from './embedded-json.ts';
import { containsAll, each, inAnyOrder, length } from './lists.ts';
import type { Matcher } from './matcher.ts';
import { near } from './near.ts';
import { compareValues } from './order.ts';
import { after, before, newerThan } from './times.ts';

type Matchers = { [Key in keyof Matching]-?: Matcher<NonNullable<Matching[Key]>> };

/** What a value lacks of what is wanted, as sentences. `lists` is as in `findDifferences`. */
type Compare = (wanted: unknown, actual: unknown, lists?: 'whole' | 'contained') => string[];

/** The rules by their keys. What is within a rule is compared like all expected JSON. */
export const createMatchers = (compare: Compare): Matchers => {
  const hasAll = (item: unknown, wanted: unknown) => compare(wanted, item).length === 0;
  return {
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
    before,
    after,
    near,
    length,
    each: each(hasAll),
    'contains-all': containsAll(hasAll),
    'in-any-order': inAnyOrder(hasAll),
    'any-of': {
      expected: (wanted, show) => wanted.map(show).join(' or '),
      holds: (actual, wanted) => wanted.some(each => hasAll(actual, each)),
    },
    not: {
      expected: (wanted, show) => `not ${show(wanted)}`,
      holds: (actual, wanted) => compare(wanted, actual, 'contained').length > 0,
    },
    json: embeddedJson(hasAll),
    values: {
      expected: (wanted, show) => `values like ${show(wanted)}`,
      holds: (actual, wanted) =>
        Object.entries(wanted).every(([path, each]) => {
          const selected = selectValues(path, actual);
          return (selected.length === 0 ? [undefined] : selected).every(value => hasAll(value, each));
        }),
    },
    exists: {
      expected: wanted => (wanted ? 'any value' : 'no value'),
      holds: (actual, wanted) => (actual !== undefined) === wanted,
    },
  };
};

/** A header is always text, so the text `60` equals the number 60. */
export function isEqual(actual: unknown, wanted: unknown): boolean {
  if (isDeepStrictEqual(actual, wanted)) return true;
  if (typeof actual === 'bigint') return typeof wanted === 'string' && wanted === String(actual);
  return typeof actual === 'string' && ['number', 'boolean'].includes(typeof wanted) && actual === String(wanted);
}
