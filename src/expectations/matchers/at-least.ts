import type { Matcher } from './matcher.ts';
import { compareValues } from './order.ts';

export const atLeast: Matcher<number | string> = {
  expected: wanted => `at least ${wanted}`,
  holds: (actual, wanted) => (compareValues(actual, wanted) ?? Number.NaN) >= 0,
};
