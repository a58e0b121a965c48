import type { AccountedGate } from '../../core/account.ts';
import { found } from '../../core/finding.ts';
import type { EndedOutcome, KeptOutcome } from '../../core/kept-outcome.ts';
import { pluralize } from '../../core/plural.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { gateNotEnded } from './findings.ts';

/**
 * The gates of the release as they ran, then those that should have run, and the rollback last. The record knows the
 * gates of earlier jobs, but only their findings.
 */
export function accountGates(outcomes: KeptOutcome[], record: ReleaseRecord, expected: string[]): AccountedGate[] {
  const ofThisJob = new Set(outcomes.map(({ gate, startedAt }) => `${gate} ${toIso(startedAt)}`));
  const ofEarlierJobs = record.gates.filter(({ gate, startedAt }) => !ofThisJob.has(`${gate} ${startedAt}`));
  const ran = [...ofEarlierJobs.map(accountRecorded), ...outcomes.map(accountOutcome)];
  const missing = expected.filter(name => !ran.some(({ gate, isDryRun }) => gate === name && !isDryRun));
  return [
    ...ran.filter(({ gate }) => gate !== 'rollback'),
    ...missing.map(
      (gate): AccountedGate => ({
        gate,
        verdict: 'not-run',
        isDryRun: false,
        headline: explainAbsence(gate, ran),
        checks: [],
      }),
    ),
    ...ran.filter(({ gate }) => gate === 'rollback'),
  ];
}

function accountRecorded(entry: ReleaseRecord['gates'][number]): AccountedGate {
  const { gate, verdict, startedAt, finishedAt, findings } = entry;
  const milliseconds = Date.parse(finishedAt) - Date.parse(startedAt);
  const check = { name: gate, boundary: 'delivery', verdict, milliseconds, findings } as const;
  const headline = `Its ${pluralize(entry.checks, 'check')} ran without a report: see the summary of its own.`;
  return {
    gate,
    verdict,
    isDryRun: false,
    headline,
    startedAt,
    finishedAt,
    checks: findings.length === 0 ? [] : [check],
  };
}

function accountOutcome(outcome: KeptOutcome): AccountedGate {
  const { gate } = outcome;
  const startedAt = toIso(outcome.startedAt);
  if (!isEnded(outcome)) {
    const finding = found(gateNotEnded, { message: `${gate} began and left no outcome.` });
    return {
      gate,
      verdict: 'error',
      isDryRun: false,
      headline: 'It did not end.',
      startedAt,
      checks: [{ name: gate, boundary: 'delivery', verdict: 'error', milliseconds: 0, findings: [finding] }],
    };
  }
  const { verdict, headline, checks, finishedAt, isDryRun = false } = outcome.ended;
  return {
    gate,
    verdict,
    isDryRun,
    headline,
    startedAt,
    finishedAt: toIso(finishedAt),
    checks: checks.map(accountCheck),
  };
}

export function isEnded(outcome: KeptOutcome): outcome is EndedOutcome {
  return outcome.ended !== undefined;
}

function accountCheck(check: EndedOutcome['ended']['checks'][number]): AccountedGate['checks'][number] {
  const { name, boundary, verdict, detail, findings, startedAt, finishedAt } = check;
  return { name, boundary, verdict, ...(detail && { detail }), milliseconds: finishedAt - startedAt, findings };
}

/** A gate that ended the release explains only the absence of those after it. */
function explainAbsence(missing: string, ran: AccountedGate[]): string {
  const ended = ran.find(({ verdict, isDryRun, gate }) => verdict !== 'passed' && !isDryRun && gate !== 'rollback');
  if (ended === undefined || order.indexOf(ended.gate) > order.indexOf(missing)) return 'No step of this job ran it.';
  return `${ended.gate} ended the release before it (${ended.verdict}).`;
}

const order = ['preflight', 'validate-env', 'push-schema', 'deploy', 'probe', 'smoke-test', 'watch'];

function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
