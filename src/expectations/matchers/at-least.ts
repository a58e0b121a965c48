import type { Matcher } from './matcher.ts';
import { compare } from './order.ts';

export const atLeast: Matcher<number | string> = {
  expected: wanted => `at least ${wanted}`,
  holds: (actual, wanted) => (compare(actual, wanted) ?? Number.NaN) >= 0,
};
