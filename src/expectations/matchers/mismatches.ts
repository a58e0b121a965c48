import type { Matchable, Matching } from '../../config/schema/matchers.ts';
import { makeExcerpt } from '../excerpt.ts';
import type { Matcher } from './matcher.ts';
import { matchers } from './matchers.ts';

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
