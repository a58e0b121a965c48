import type { GateContext } from '../../core/context.ts';
import { pluralize } from '../../core/plural.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import { checkReadiness } from '../../readiness/readiness-check.ts';
import type { Target } from '../../readiness/targets.ts';

/** Waits for all targets at the same time, until each one is ready or has failed. */
export async function probe(targets: Target[], context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const checks = await runChecks(
    targets.map(target => checkReadiness(target, context)),
    { ...context, concurrency: targets.length },
  );
  const ready = checks.filter(check => check.verdict === 'passed').length;
  const since = checks.map(check => check.since ?? Number.NaN); // a target that never became ready has none
  const readyAfter = Math.max(...since) - startedAt;
  return {
    gate: 'probe',
    verdict: combineVerdicts(checks),
    headline: `${ready} of ${pluralize(checks.length, 'target')} ready.`,
    checks,
    outputs: { 'ready-after': Number.isNaN(readyAfter) ? '' : String(readyAfter) },
    startedAt,
    finishedAt: context.clock.now(),
  };
}
