import type { Boundary, Finding } from './finding.ts';
import type { Verdict } from './verdict.ts';

/** What a check concludes. `detail` is a few words for the report, such as `200 in 12 ms`. */
export interface Outcome {
  verdict: Verdict;
  findings: Finding[];
  detail?: string;
  /** Since when it holds, where that was waited for; milliseconds since the epoch. */
  since?: number;
}

/** The smallest thing a gate decides. It neither logs nor throws to speak: it returns an outcome. */
export interface Check {
  /** As a person reads it in the report, such as `api.JWT_SECRET`. */
  name: string;
  boundary: Boundary;
  /** Milliseconds after which the check is given up with an `error`. Default: the gate's own. */
  deadline?: number;
  run(signal: AbortSignal): Promise<Outcome> | Outcome;
}

/** A check with what came of it; times are milliseconds since the epoch. */
export interface CheckResult extends Outcome {
  name: string;
  boundary: Boundary;
  startedAt: number;
  finishedAt: number;
}

export function passed(detail?: string): Outcome {
  return { verdict: 'passed', findings: [], ...(detail && { detail }) };
}

/** The outcome of a check that looked for faults: failed if one of them is an error, else passed. */
export function judged(findings: Finding[], detail?: string): Outcome {
  const verdict = findings.some(finding => finding.severity === 'error') ? 'failed' : 'passed';
  return { verdict, findings, ...(detail && { detail }) };
}
