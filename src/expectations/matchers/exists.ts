import type { Matcher } from './matcher.ts';

export const exists: Matcher<boolean> = {
  expected: wanted => (wanted ? 'any value' : 'no value'),
  holds: (actual, wanted) => (actual !== undefined) === wanted,
};
