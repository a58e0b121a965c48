/**
 * What a check or a gate concludes.
 *
 * - `passed`: the release is good as far as was asked.
 * - `failed`: the release is bad. Only this may set off an automatic rollback.
 * - `inconclusive`: it could not be decided (a value no one may read, too little traffic).
 * - `error`: the gate itself could not work (bad configuration, the runner's own network, a vendor's outage).
 */
export const verdicts = ['passed', 'failed', 'inconclusive', 'error'] as const;
export type Verdict = (typeof verdicts)[number];

const weight: Record<Verdict, number> = { passed: 0, inconclusive: 1, error: 2, failed: 3 };

/** The worst of many verdicts: `failed`, then `error`, then `inconclusive`. No verdicts at all pass. */
export function pickWorst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = 'passed';
  for (const verdict of verdicts) if (weight[verdict] > weight[result]) result = verdict;
  return result;
}
