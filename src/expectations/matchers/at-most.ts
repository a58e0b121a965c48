import type { Matcher } from './matcher.ts';
import { compare } from './order.ts';

export const atMost: Matcher<number | string> = {
  expected: wanted => `at most ${wanted}`,
  holds: (actual, wanted) => (compare(actual, wanted) ?? Number.NaN) <= 0,
};
