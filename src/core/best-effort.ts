import type { CheckResult, Outcome } from './check.ts';
import type { GateContext } from './context.ts';
import { explainError, GateError } from './errors.ts';
import { type Finding, type FindingKind, found } from './finding.ts';
import { reportOutcome } from './run-to-end.ts';
import { endSentence } from './sentence.ts';

/** Work that a release is better with, and that it does not depend on. */
export interface Effort {
  /** The check that tells of it in the report. */
  name: string;
  /** The finding that says what its failure means. */
  kind: FindingKind;
  /** What failed, such as `The tag prod-1 was not created`; the reason is added. */
  failure: string;
  /** What to do, whatever the reason is. By default, what the error advises. */
  help?: string;
}

export interface Attempted<Value> {
  /** Undefined where the work failed. */
  value: Value | undefined;
  /** One check if there is something to report, otherwise none. */
  checks: CheckResult[];
}

/** Does work that may fail without changing the verdict: a failure becomes a finding of the given kind. */
export async function bestEffort<Value = undefined>(
  effort: Effort,
  work: () => Promise<Outcome<Value>>,
  context: Pick<GateContext, 'clock' | 'onResult'>,
): Promise<Attempted<Value>> {
  const outcome = await attempt(effort, work);
  if (outcome.findings.length === 0) return { value: outcome.value, checks: [] };
  return { value: outcome.value, checks: [reportOutcome(effort.name, outcome, context)] };
}

async function attempt<Value>(effort: Effort, work: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  try {
    return await work();
  } catch (error) {
    return { verdict: 'passed', findings: [describeFailure(effort, error)] };
  }
}

/** The failure of such work as a finding. */
export function describeFailure({ kind, failure, help }: Omit<Effort, 'name'>, error: unknown): Finding {
  const advice = error instanceof GateError ? error.findings[0]?.help : undefined;
  return found(kind, { message: `${failure}: ${endSentence(explainError(error))}`, help: help ?? advice ?? kind.help });
}
