import type { Matcher } from './matcher.ts';

export const matches: Matcher<string> = {
  expected: wanted => `a match of /${wanted}/`,
  holds: (actual, wanted) =>
    (typeof actual === 'string' || typeof actual === 'number') && new RegExp(wanted).test(String(actual)),
};
