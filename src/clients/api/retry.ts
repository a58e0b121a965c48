/** Milliseconds before the next attempt where none were asked for: 1 s, 2 s, 4 s, then 8 s. */
export function computeBackOff(attempt: number): number {
  return 1000 * 2 ** Math.min(attempt - 1, 3);
}
