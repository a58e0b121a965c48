/** How a rollback went, of one service or as a whole; the worst first. */
export const results = ['failed', 'refused', 'unverified', 'no-target', 'verified', 'not-needed'] as const;
export type Result = (typeof results)[number];

/** The whole is as good as its worst part; without parts there was nothing to do. */
export function worstResult(parts: Iterable<Result>): Result {
  const all = new Set(parts);
  return results.find(result => all.has(result)) ?? 'not-needed';
}

export const inWords: Record<Result, string> = {
  failed: 'not back',
  refused: 'refused, nothing changed',
  unverified: 'back, and not verified',
  'no-target': 'left as it is, since nothing is known to go back to',
  verified: 'back and verified',
  'not-needed': 'there already',
};
