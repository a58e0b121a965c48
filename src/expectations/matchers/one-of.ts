import { isEqual } from './equals.ts';
import type { Matcher } from './matcher.ts';

export const oneOf: Matcher<unknown[]> = {
  expected: (wanted, show) => wanted.map(show).join(' or '),
  holds: (actual, wanted) => wanted.some(value => isEqual(actual, value)),
};
