import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { runChecks } from '../core/run-checks.ts';
import { checkReadiness } from '../readiness/readiness-check.ts';
import { omitWatching, type Target } from '../readiness/targets.ts';

/** Probes until everything is ready. It ignores `for`, so that the result is known at once. */
export function probeReadiness(targets: Target[], context: GateContext): Promise<CheckResult[]> {
  const checks = targets.map(target => checkReadiness(omitWatching(target), context));
  return runChecks(checks, { ...context, concurrency: checks.length });
}
