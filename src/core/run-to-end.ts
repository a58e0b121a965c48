import type { Check, CheckResult, Outcome } from './check.ts';
import type { Clock } from './clock.ts';
import type { Boundary } from './finding.ts';
import { runCheck } from './run-checks.ts';

interface RunToEndOptions {
  clock: Clock;
  onResult: (result: CheckResult) => void;
}

/**
 * Runs a check that changes something. A cancelled run does not abandon it, since what it changed must still be found
 * out; its own work hears of the cancellation through the signal it was made with. Without a deadline it has none.
 */
export function runToEnd<Value>(check: Check<Value>, options: RunToEndOptions): Promise<CheckResult<Value>> {
  const { clock, onResult } = options;
  const signal = new AbortController().signal;
  return runCheck(check, { clock, onResult, signal, deadline: Number.POSITIVE_INFINITY });
}

/** What is known already, as one more check of the report. */
export function reportOutcome<Value>(
  name: string,
  outcome: Outcome<Value>,
  { clock, onResult }: RunToEndOptions,
  boundary: Boundary = 'delivery',
): CheckResult<Value> {
  const now = clock.now();
  const result = { ...outcome, name, boundary, startedAt: now, finishedAt: now };
  onResult(result);
  return result;
}
