import type { AccountedGate, ReleaseAccount } from '../../core/account.ts';
import { boundaries } from '../../core/finding.ts';
import type { Verdict } from '../../core/verdict.ts';

/** Every boundary with the checks that guard it; one without any shows as such. */
export function accountBoundaries(gates: AccountedGate[]): NonNullable<ReleaseAccount['boundaries']> {
  const real = gates.filter(({ isDryRun }) => !isDryRun);
  return boundaries.map(boundary => {
    const checks = real.flatMap(gate => gate.checks).filter(check => check.boundary === boundary);
    const count = (verdict: Verdict) => checks.filter(check => check.verdict === verdict).length;
    const guarding = real.filter(gate => gate.checks.some(check => check.boundary === boundary));
    return {
      boundary,
      passed: count('passed'),
      failed: count('failed'),
      inconclusive: count('inconclusive'),
      error: count('error'),
      gates: [...new Set(guarding.map(({ gate }) => gate))],
    };
  });
}
