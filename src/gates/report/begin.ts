import type { GateContext } from '../../core/context.ts';
import type { GateReport } from '../../core/report.ts';

/** Begins the report of a release: from now on its gates leave their outcomes for it. */
export async function beginReport(start: () => void, { clock }: GateContext): Promise<GateReport> {
  const startedAt = clock.now();
  start();
  return {
    gate: 'report',
    verdict: 'passed',
    headline: 'The gates of this job leave their outcomes for the report at its end.',
    checks: [],
    outputs: {},
    summary: 'none',
    startedAt,
    finishedAt: clock.now(),
  };
}
