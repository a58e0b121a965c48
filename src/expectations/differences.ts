import { type Matchable, type Matching, readRules } from '../config/schema/matchers.ts';
import { isMapping } from '../core/is-mapping.ts';
import { makeExcerpt } from './excerpt.ts';
import type { Matcher } from './matchers/matcher.ts';
import { createMatchers } from './matchers/matchers.ts';

const matchers = createMatchers((wanted, actual, lists) => findDifferences(wanted, actual, { lists }));

export interface Held {
  /** The name of the value, such as `$.version` or `the header age`. */
  name: string;
  /** Undefined if the value is missing. */
  actual: unknown;
  /** Removes secrets from a text. */
  redact?(text: string): string;
  /** Milliseconds since the epoch. Default: now. */
  now?: number;
}

/** What is wrong with a value, as sentences without a full stop; none if every rule holds. */
export function findMismatches(wanted: Matchable, { name, actual, redact, now = Date.now() }: Held): string[] {
  const show = (value: unknown) => makeExcerpt(JSON.stringify(value) ?? String(value), redact);
  const matching: Matching = wanted !== null && typeof wanted === 'object' ? wanted : { equals: wanted };
  const expected = Object.entries(matching).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const matcher = matchers[key as keyof Matching] as Matcher<unknown>;
    return matcher.holds(actual, value, now) ? [] : [matcher.expected(value, show)];
  });
  if (expected.length === 0) return [];
  return [`${name} is ${actual === undefined ? 'missing' : show(actual)}, expected ${expected.join(' and ')}`];
}

export interface Comparison {
  redact?: (text: string) => string;
  /** Where the value is. Default: `$`. */
  path?: string;
  /**
   * Whether an expected list is the whole list (the default), or names items that the list must contain. What must not
   * hold names items: `not: { json: { users: [{ id: 2 }] } }` must find user 2 in a list of any length.
   */
  lists?: 'whole' | 'contained' | undefined;
}

/**
 * What the actual value lacks, as sentences. Objects may have more keys than expected; lists may not have more items.
 * A part of the expected value can be rules, such as `{ $at-least: 3 }`.
 */
export function findDifferences(expected: unknown, actual: unknown, comparison: Comparison = {}): string[] {
  const { redact, path = '$', lists = 'whole' } = comparison;
  const rules = readRules(expected);
  if (rules !== undefined) return findMismatches(rules, { name: path, actual, ...(redact && { redact }) });
  const compare = (key: string, item: unknown, own: unknown) =>
    findDifferences(item, own, { ...comparison, path: `${path}${key}` });
  const show = (value: unknown) => makeExcerpt(JSON.stringify(value), redact);
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (lists === 'contained' && expected.length > 0) {
      const missing = expected.filter(item => actual.every(own => compare('', item, own).length > 0));
      return missing.map(item => `${path} has no item ${show(item)}`);
    }
    if (expected.length === actual.length)
      return expected.flatMap((item, index) => compare(`[${index}]`, item, actual[index]));
  }
  if (isMapping(expected) && isMapping(actual)) {
    return Object.entries(expected).flatMap(([key, item]) =>
      compare(`.${key}`, item, Object.hasOwn(actual, key) ? actual[key] : undefined),
    );
  }
  if (!Array.isArray(expected) && !isMapping(expected) && isSame(expected, actual)) return [];
  return [`${path} is ${actual === undefined ? 'missing' : show(actual)}, expected ${show(expected)}`];
}

/** `-0` is 0 in JSON. The configuration writes an integer that no number can hold in quotes. */
function isSame(expected: unknown, actual: unknown): boolean {
  if (typeof actual === 'bigint')
    return ['string', 'bigint'].includes(typeof expected) && String(expected) === String(actual);
  return expected === actual || Object.is(expected, actual);
}
