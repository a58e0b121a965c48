import type { Boundary, Finding } from './finding.ts';
import type { Verdict } from './verdict.ts';

/** What a check concludes. `detail` is a few words for the report, such as `200 in 12 ms`. */
export interface Outcome<Value = unknown> {
  verdict: Verdict;
  findings: Finding[];
  detail?: string;
  /** Since when the verdict holds, where the check waited for it; milliseconds since the epoch. */
  since?: number;
  /** What the check found out for the checks after it; absent where it could not. */
  value?: Value;
}

/** The smallest thing a gate decides. It neither logs nor throws to speak: it returns its outcome and its value. */
export interface Check<Value = unknown> {
  /** As a person reads it in the report, such as `api.JWT_SECRET`. */
  name: string;
  boundary: Boundary;
  /** Milliseconds after which the check is abandoned with an `error`. Default: the gate's own. */
  deadline?: number;
  run(signal: AbortSignal): Promise<Outcome<Value>> | Outcome<Value>;
}

/** A check with its outcome; times are milliseconds since the epoch. */
export interface CheckResult<Value = unknown> extends Outcome<Value> {
  name: string;
  boundary: Boundary;
  startedAt: number;
  finishedAt: number;
}

export function passed(detail?: string): Outcome<never> {
  return { verdict: 'passed', findings: [], ...(detail && { detail }) };
}

/** The outcome of a check that looked for faults: failed if one of them is an error, otherwise passed. */
export function concludeFrom(findings: Finding[], detail?: string): Outcome<never> {
  const verdict = findings.some(finding => finding.severity === 'error') ? 'failed' : 'passed';
  return { verdict, findings, ...(detail && { detail }) };
}

/** The values of the checks that came to one, in the order of the checks. */
export function collectValues<Value>(results: CheckResult<Value>[]): Value[] {
  return results.flatMap(({ value }) => (value === undefined ? [] : [value]));
}
