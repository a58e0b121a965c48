import type { CheckResult } from './check.ts';
import type { Finding } from './finding.ts';
import type { ReleaseRecord } from './record.ts';
import { pickWorst, type Verdict } from './verdict.ts';

/** The result of a gate. The log, the outputs, the annotations and the summary are made from it. */
export interface GateReport {
  gate: string;
  verdict: Verdict;
  /** One sentence for the person who reads nothing else. */
  headline: string;
  checks: CheckResult[];
  /** The gate's own outputs, by their names in action.yml. */
  outputs: Record<string, string>;
  /** The release record with what this gate has to add, where the gate knows of a release. */
  record?: ReleaseRecord;
  /** What happened within the gate, for a time line in the summary. */
  timeline?: TimelineEntry[];
  startedAt: number;
  finishedAt: number;
}

/** A bar on a time line. Times are in milliseconds since the epoch. */
export interface TimelineEntry {
  section: string;
  name: string;
  verdict: Verdict;
  startedAt: number;
  finishedAt: number;
}

export function combineVerdicts(checks: CheckResult[]): Verdict {
  return pickWorst(checks.map(check => check.verdict));
}

export function listFindings(report: GateReport): Finding[] {
  return report.checks.flatMap(check => check.findings);
}
