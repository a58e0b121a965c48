import type { Verdict } from '../core/verdict.ts';

/** GitHub shows no summary over 1 MiB (docs: GitHub Actions, job summaries); bytes. */
export const largestSummary = 900_000;

export const lights: Record<Verdict, string> = { passed: '🟢', failed: '🔴', inconclusive: '⚪', error: '🟠' };
