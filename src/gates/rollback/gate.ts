import { type Notified, notifyChannels } from '../../channels/channel.ts';
import { bestEffort } from '../../core/best-effort.ts';
import { type CheckResult, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type GateReport, type TimelineEntry } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { recordingEffort } from '../../release/recording.ts';
import { type Decision, findReasonToStay } from './decide.ts';
import { findRelease, type NothingToUndo } from './find-release.ts';
import { goBack } from './go-back.ts';
import type { RollbackOptions } from './options.ts';
import { planRollback } from './plan.ts';
import type { Undoing } from './undoing.ts';

/** Goes back to what was live before a release, in the reverse of its order, and verifies the result. */
export async function rollback(options: RollbackOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const undoing = await findRelease(options);
  const ending = 'findings' in undoing ? stay(undoing, options.empty, context) : await undo(undoing, options, context);
  const { result, headline, record, timeline } = ending;
  const report: GateReport = {
    gate: 'rollback',
    verdict: combineVerdicts(ending.checks),
    headline,
    checks: ending.checks,
    outputs: { result, incident: '' },
    record,
    timeline,
    startedAt,
    finishedAt: context.clock.now(),
  };
  if (!ending.isIncident || 'findings' in undoing) return report;
  const incident = { record: undoing.record, report, reason: options.reason };
  return addNotified(report, await notifyChannels(options.channels, incident, context), context);
}

/** A decision with everything that the report needs. */
interface Ending extends Decision {
  checks: CheckResult[];
  record: ReleaseRecord;
  timeline: TimelineEntry[];
}

function stay({ result, why, findings }: NothingToUndo, record: ReleaseRecord, context: GateContext): Ending {
  const checks = [reportOutcome('release', { verdict: 'error', findings }, context)];
  return { result, headline: `Nothing was changed: ${why}.`, isIncident: false, checks, record, timeline: [] };
}

async function undo(undoing: Undoing, options: RollbackOptions, context: GateContext): Promise<Ending> {
  const { record } = undoing;
  const notes = reportNotes(undoing, context);
  const plan = await planRollback(options, undoing, context);
  const reason = findReasonToStay(plan, record, options);
  const ending = reason
    ? { ...reason, record, checks: [], timeline: [] }
    : await goBack(plan, record, options, context);
  const noted = ending.note === undefined ? [] : await markUndone(undoing, ending.note, options, context);
  return { ...ending, checks: [...notes, ...plan.checks, ...ending.checks, ...noted] };
}

function reportNotes({ notes: findings }: Undoing, context: GateContext): CheckResult[] {
  return findings.length === 0 ? [] : [reportOutcome('release', { verdict: 'passed', findings }, context)];
}

/** Notes on the GitHub deployment that its release was undone. */
async function markUndone(
  { findRelease }: Undoing,
  description: string,
  { releases }: Pick<RollbackOptions, 'releases'>,
  context: GateContext,
): Promise<CheckResult[]> {
  const mark = async () => {
    const release = await findRelease();
    if (release) await releases.undone(release, context.redactor.redact(description));
    return passed();
  };
  return (await bestEffort(recordingEffort, mark, context)).checks;
}

function addNotified(report: GateReport, { urls, checks }: Notified, context: GateContext): GateReport {
  const incident = urls.get('incident') ?? '';
  return {
    ...report,
    headline: incident === '' ? report.headline : `${report.headline} The incident: ${incident}`,
    checks: [...report.checks, ...checks],
    outputs: { ...report.outputs, incident },
    finishedAt: context.clock.now(),
  };
}
