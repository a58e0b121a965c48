/** How a rollback went, of one service or as a whole; the worst first. */
export const results = ['failed', 'refused', 'unverified', 'no-target', 'verified', 'not-needed'] as const;
export type Result = (typeof results)[number];

/** The whole is as good as its worst part. Without parts there was nothing to do. */
export function pickWorstResult(parts: Iterable<Result>): Result {
  const all = new Set(parts);
  return results.find(result => all.has(result)) ?? 'not-needed';
}

export const resultTexts: Record<Result, string> = {
  failed: 'not rolled back',
  refused: 'refused, nothing changed',
  unverified: 'rolled back, not verified',
  'no-target': 'left as it is, because no earlier version is known',
  verified: 'rolled back and verified',
  'not-needed': 'already there',
};
