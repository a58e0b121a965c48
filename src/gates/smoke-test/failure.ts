import { type NetworkError, timeOuts } from '../../clients/network-error.ts';
import type { Outcome } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';

/**
 * Why a step did not pass: what was expected did not hold; the network gave no answer; it gave none in time; or the
 * test itself is at fault. Only the first says that the release is bad.
 */
export type FailureClass = 'assertion' | 'network' | 'time-out' | 'test';

export function classOf({ verdict, findings }: Outcome): FailureClass | undefined {
  if (verdict === 'passed') return undefined;
  if (verdict === 'failed') return 'assertion';
  const codes = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  if (timeOuts.some(({ code }) => codes.includes(code))) return 'time-out';
  return codes.some(code => code.startsWith('network/')) ? 'network' : 'test';
}

/** Ends the step at hand with an outcome, from wherever in it that is known. */
export class StepEnded extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.findings[0]?.message ?? outcome.verdict);
    this.name = 'StepEnded';
    this.outcome = outcome;
  }
}

/** Whatever is wrong, of this kind and with this sentence. */
export function failed(findings: Finding[], detail?: string): Outcome {
  return { verdict: 'failed', findings, ...(detail !== undefined && { detail }) };
}

/**
 * The outcome of a step that got no answer. That says nothing sure of the release, except where the step bounds how
 * long an answer may take and none came within that.
 */
export function unanswered(
  error: NetworkError,
  label: string,
  where: { boundary: Finding['boundary']; place?: Finding['place'] },
  isBounded: boolean,
): Outcome {
  const finding = error.finding({ boundary: where.boundary, ...(where.place && { place: where.place }) });
  return {
    verdict: isBounded && timeOuts.includes(error.kind) ? 'failed' : 'error',
    findings: [{ ...finding, message: `${label}: ${finding.message}` }],
    detail: error.message,
  };
}
