/**
 * One way to hold a value against what is wanted of it. `Wanted` is what stands behind its key in the configuration.
 */
export interface Matcher<Wanted> {
  /** The words for what was expected, such as `at least 3`. */
  expected(wanted: Wanted, show: (value: unknown) => string): string;
  /** `actual` is undefined where there is no value; `now` is in milliseconds since the epoch. */
  holds(actual: unknown, wanted: Wanted, now: number): boolean;
}
