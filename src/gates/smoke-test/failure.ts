import { type NetworkError, timeOuts } from '../../clients/network-error.ts';
import type { Outcome } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { Step } from './plan/model.ts';
import { neverAnswers, serviceDown } from './silence-findings.ts';

/**
 * Why a step did not pass: an assertion did not hold, the network gave no answer, no answer came in time, or the test
 * itself is at fault.
 */
export type FailureClass = 'assertion' | 'network' | 'time-out' | 'test';

export function classifyFailure({ verdict, findings }: Outcome): FailureClass | undefined {
  if (verdict === 'passed') return undefined;
  const codes = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  if ([serviceDown, neverAnswers].some(({ code }) => codes.includes(code))) return 'network';
  if (verdict === 'failed') return 'assertion';
  if (timeOuts.some(({ code }) => codes.includes(code))) return 'time-out';
  return codes.some(code => code.startsWith('network/')) ? 'network' : 'test';
}

/** Ends the current step with an outcome, from anywhere in its code. */
export class StepEnded extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.findings[0]?.message ?? outcome.verdict);
    this.name = 'StepEnded';
    this.outcome = outcome;
  }
}

export function failed(findings: Finding[], detail?: string): Outcome {
  return { verdict: 'failed', findings, ...(detail !== undefined && { detail }) };
}

/**
 * The outcome of a step that got no answer: an error, because that proves nothing about the release. A step with
 * `within` fails if its answer does not come in time.
 */
export function unanswered(
  error: NetworkError,
  { label, declared }: Step,
  where: { boundary: Finding['boundary']; place?: Finding['place'] },
): Outcome {
  const isBounded = 'within' in declared && declared.within !== undefined;
  const finding = error.finding({ boundary: where.boundary, ...(where.place && { place: where.place }) });
  return {
    verdict: isBounded && timeOuts.includes(error.kind) ? 'failed' : 'error',
    findings: [{ ...finding, message: `${label}: ${finding.message}` }],
    detail: error.message,
  };
}
