import type { CheckResult, Outcome } from './check.ts';
import type { GateContext } from './context.ts';
import { GateError, messageOf } from './errors.ts';
import { type Boundary, found } from './finding.ts';
import { unexpected } from './gate-findings.ts';

/**
 * The check with its times, told to the person who watches. Other than `runChecks` it waits for the end of work that
 * was cancelled, since what that has changed must still be found out.
 */
export async function timed(
  name: string,
  context: GateContext,
  run: () => Promise<Outcome>,
  boundary: Boundary = 'delivery',
): Promise<CheckResult> {
  const startedAt = context.clock.now();
  const outcome = await run().catch(error => outcomeOfError(error, name));
  const result = { ...outcome, name, boundary, startedAt, finishedAt: context.clock.now() };
  context.onResult(result);
  return result;
}

/** What kept a check from its work; never a verdict on the release. */
export function outcomeOfError(error: unknown, name: string): Outcome {
  if (error instanceof GateError) return { verdict: 'error', findings: error.findings };
  return { verdict: 'error', findings: [found(unexpected, { message: `${name} broke down: ${messageOf(error)}.` })] };
}
