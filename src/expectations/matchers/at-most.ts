import type { Matcher } from './matcher.ts';
import { compareValues } from './order.ts';

export const atMost: Matcher<number | string> = {
  expected: wanted => `at most ${wanted}`,
  holds: (actual, wanted) => (compareValues(actual, wanted) ?? Number.NaN) <= 0,
};
