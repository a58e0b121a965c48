import { isEqual } from './equals.ts';
import type { Matcher } from './matcher.ts';

export const contains: Matcher<unknown> = {
  expected: (wanted, show) => `a text or list that contains ${show(wanted)}`,
  holds: (actual, wanted) => {
    if (Array.isArray(actual)) return actual.some(item => isEqual(item, wanted));
    return typeof actual === 'string' && actual.includes(String(wanted));
  },
};
