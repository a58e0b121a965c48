import type { Outcome } from '../core/check.ts';

/** The outcome of a probe that only warns: it passes, and its errors become warnings. */
export function downgrade(outcome: Outcome): Outcome {
  const findings = outcome.findings.map(finding =>
    finding.severity === 'error' ? { ...finding, severity: 'warning' as const } : finding,
  );
  return { ...outcome, verdict: 'passed', findings };
}
