/** One rule for a value. `Wanted` is the value of its key in the configuration. */
export interface Matcher<Wanted> {
  /** What is expected, such as `at least 3`. */
  expected(wanted: Wanted, show: (value: unknown) => string): string;
  /** `actual` is undefined if the value is missing. `now` is in milliseconds since the epoch. */
  holds(actual: unknown, wanted: Wanted, now: number): boolean;
}
