import type { ReleaseAccount } from './account.ts';
import type { CheckResult } from './check.ts';
import type { Finding } from './finding.ts';
import type { Plot } from './plot.ts';
import type { ReleaseRecord } from './record.ts';
import { pickWorst, type Verdict } from './verdict.ts';

/** The result of a gate: the source of the log, the outputs, the annotations and the summary. */
export interface GateReport {
  gate: string;
  verdict: Verdict;
  /** One sentence for a person who reads nothing else. */
  headline: string;
  checks: CheckResult[];
  /** The gate's own outputs, by their names in action.yml. */
  outputs: Record<string, string>;
  /** The release record with this gate's changes; absent if the gate changes nothing in it. */
  record?: ReleaseRecord;
  /** What happened during the gate, as a time line for the summary. */
  timeline?: TimelineEntry[];
  /** What the gate observed over time, for the summary. */
  plots?: Plot[];
  /** Whether the gate only said what it would do: later steps of the job then go on from the record before it. */
  isDryRun?: boolean;
  /** What the summary shows instead of the gate's own: the account of the whole release, or nothing. */
  summary?: ReleaseAccount | 'none';
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
