import { type Notified, notifyChannels } from '../../channels/channel.ts';
import { bestEffort } from '../../core/best-effort.ts';
import { type CheckResult, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Deployment } from '../../core/record.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { recordingEffort } from '../../release/recording.ts';
import { explainByHand } from './by-hand.ts';
import { cancelUnfinished } from './cancel-unfinished.ts';
import { limitTime } from './cancelled.ts';
import { concludeRollback } from './conclude.ts';
import { type Decision, decide } from './decide.ts';
import type { Ending } from './ending.ts';
import { goBack } from './go-back.ts';
import type { RollbackOptions } from './options.ts';
import type { Undoing } from './undoing.ts';

/** Goes back to what was live before a release, in the reverse of its order, and verifies the result. */
export async function rollback(options: RollbackOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const inputs = reportInputs(options, context);
  const { limited, stop } = options.cancelled ? limitTime(context) : { limited: context, stop: () => {} };
  const first = await decide(options, limited);
  const cancelled = 'plan' in first ? await cancelUnfinished(first.plan, limited) : [];
  const decision = cancelled.length > 0 ? await decide(options, limited) : first; // what was cancelled may be live
  const { undoing } = decision;
  const record = undoing?.record ?? options.empty;
  const concluded =
    'plan' in decision
      ? concludeRollback(decision.plan, await goBack(decision.plan, options, limited), {
          record,
          reason: options.reason,
        })
      : { ...decision.ending, checks: [], timeline: [], record, held: new Map<string, string>() };
  stop();
  const ending = cancelled.length > 0 ? addCancelled(concluded, cancelled) : concluded;
  const noted =
    undoing && ending.note ? await markUndone(undoing, { ...ending, note: ending.note }, options, context) : [];
  const cancelling = cancelled.length > 0 ? [...first.checks, ...cancelled] : [];
  const targets = listTargets(decision);
  const leftOver = options.services.filter(({ name }) => ending.left.includes(name));
  const left = explainByHand(leftOver, targets, context);
  const checks = [...inputs, ...cancelling, ...decision.checks, ...ending.checks, ...left, ...noted];
  const report: GateReport = {
    gate: 'rollback',
    verdict: combineVerdicts(checks),
    headline: ending.headline,
    checks,
    outputs: { result: ending.result, incident: '' },
    record: ending.record,
    timeline: ending.timeline,
    isDryRun: options.dryRun,
    startedAt,
    finishedAt: context.clock.now(),
  };
  if (!ending.isIncident) return report;
  const incident = { record, report, reason: options.reason };
  return addNotified(report, await notifyChannels(options.channels, incident, context), context);
}

/** What each service was to go back to, as far as it is known. */
function listTargets(decision: Decision): Map<string, Deployment> {
  const planned = 'plan' in decision ? decision.plan.steps : [];
  return new Map([
    ...(decision.undoing?.targets ?? []),
    ...planned.map(({ name, target }): [string, Deployment] => [name, target]),
  ]);
}

/** A release whose deployments were cancelled was undone, even if no service had to go back. */
function addCancelled<Some extends Ending>(ending: Some, cancelled: CheckResult[]): Some {
  const services = cancelled.map(({ name }) => name.replace(/ unfinished$/, '')).join(', ');
  const isGood = combineVerdicts(cancelled) === 'passed';
  const how = isGood ? 'Cancelled what was on its way' : 'Could not cancel what is on its way';
  const headline = `${how}: ${services}. ${ending.headline.replace(/^Nothing was changed\. /, '')}`;
  const isDone = ending.result === 'not-needed' || ending.result === 'verified';
  const result = isDone ? (isGood ? 'verified' : 'failed') : ending.result;
  return { ...ending, result, headline, isIncident: true, note: ending.note ?? headline };
}

function reportInputs({ ignoredInputs: findings }: RollbackOptions, context: GateContext): CheckResult[] {
  return findings.length === 0 ? [] : [reportOutcome('inputs', { verdict: 'passed', findings }, context)];
}

/** Notes on the GitHub deployment that its release was undone. */
async function markUndone(
  { findReleases }: Undoing,
  { note, held }: { note: string; held: Map<string, string> },
  { releases }: Pick<RollbackOptions, 'releases'>,
  context: GateContext,
): Promise<CheckResult[]> {
  const mark = async () => {
    const text = context.redactor.redact(note);
    for (const [index, release] of (await findReleases()).entries()) {
      if (index === 0) for (const [name, setting] of held) await releases.noteHeld(release, name, setting);
      await releases.undone(release, text);
    }
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
