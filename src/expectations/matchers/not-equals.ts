import { isEqual } from './equals.ts';
import type { Matcher } from './matcher.ts';

export const notEquals: Matcher<unknown> = {
  expected: (wanted, show) => `anything but ${show(wanted)}`,
  holds: (actual, wanted) => !isEqual(actual, wanted),
};
