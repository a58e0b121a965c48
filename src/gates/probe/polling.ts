/** Readiness is seen soon in the first half minute, and the service is left in peace later; milliseconds. */
export function pauseAfter(elapsed: number): number {
  return elapsed < 30_000 ? 100 : 500;
}
