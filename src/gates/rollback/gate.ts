import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { reportOutcome, runToEnd } from '../../core/run-to-end.ts';
import { explainNotRecorded } from '../../release/recording.ts';
import { carryOut, recordAfter, resultsInWords, resultsOf } from './carry-out.ts';
import { holdAutoDeploys } from './hold.ts';
import { tellIncident } from './incident.ts';
import { startMeasuring } from './measure.ts';
import type { RollbackOptions } from './options.ts';
import { planRollback } from './plan.ts';
import { releaseToUndo, type Undoing } from './release.ts';
import { type Result, worstResult } from './result.ts';
import { judgeSchema, type Since } from './schema-guard.ts';
import { standingsInWords } from './standing.ts';

/** Goes back to what was live before a release, in the reverse of its order, and verifies that it is so. */
export async function rollback(options: RollbackOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const report = (
    result: Result | 'dry-run',
    headline: string,
    checks: CheckResult[],
    record = options.empty,
  ): GateReport => ({
    gate: 'rollback',
    verdict: combineVerdicts(checks),
    headline,
    checks,
    outputs: { result, incident: '' },
    record,
    isDryRun: options.dryRun,
    startedAt,
    finishedAt: context.clock.now(),
  });

  const undoing = await releaseToUndo(options);
  if ('findings' in undoing) {
    const { result, findings, why } = undoing;
    const check = reportOutcome('release', { verdict: 'error', findings }, context);
    return report(result, `Nothing was changed: ${why}.`, [check]);
  }
  const { record } = undoing;
  const [plan, since] = await Promise.all([planRollback(options, undoing, context), undoing.since()]);
  const { steps, standings } = plan;
  const checks = [...(await saidOfRecord(undoing, context)), ...plan.checks];
  const stay = (result: Result, headline: string, more: CheckResult[] = []) =>
    report(result, `Nothing was changed. ${headline}`, [...checks, ...more], record);

  const standing = [...standings.values()];
  if (standing.includes('refused') || standing.includes('error')) {
    const result = standing.includes('refused') ? 'refused' : 'failed';
    return tellIncident(stay(result, standingsInWords(plan)), record, options, context);
  }
  if (steps.length === 0) {
    const never = Object.values(record.services).some(({ staged }) => staged) && !options.dryRun;
    const noted = never ? await noteOnGitHub(undoing, 'staged, and never promoted', options, context) : [];
    const stayed = stay(worstResult(standing.filter(one => one === 'no-target')), standingsInWords(plan), noted);
    return standing.includes('no-target') ? tellIncident(stayed, record, options, context) : stayed;
  }

  const schema = await schemaCheck(since, options, context);
  checks.push(schema);
  if (schema.verdict !== 'passed') {
    const headline = `The database stands in the way. ${standingsInWords(plan)}`;
    return tellIncident(stay('refused', headline), record, options, context);
  }
  if (options.dryRun) {
    return report('dry-run', `Dry run, nothing was changed. ${standingsInWords(plan)}`, checks, record);
  }

  const held = await holdAutoDeploys(steps, options, context);
  const stopMeasuring = await startMeasuring(steps, options, context);
  const carriedOut = await carryOut(steps, options, context);
  const downtime = await stopMeasuring();
  const { changes, verified } = carriedOut;
  const results = resultsOf(plan, carriedOut);
  const result = worstResult(results.values());
  const headline = resultsInWords(results, plan, carriedOut);
  const how = result === 'verified' ? 'rolled back' : `rollback ${result}`;
  const noted = await noteOnGitHub(undoing, `${how}: ${options.reason || headline}`, options, context);
  const changed = [...changes.values()].map(({ check }) => check);
  const all = [...checks, ...held, ...changed, ...verified.values(), ...downtime.checks, ...noted].flat();
  const ended = {
    ...report(result, headline, all, recordAfter(record, plan, carriedOut)),
    timeline: downtime.timeline,
  };
  return tellIncident(ended, record, options, context);
}

function schemaCheck(since: Since, { despiteMigrations }: RollbackOptions, context: GateContext) {
  const run = () => judgeSchema(since, despiteMigrations);
  return runToEnd({ name: 'schema', boundary: 'data', run }, context);
}

async function saidOfRecord({ notes: findings }: Undoing, context: GateContext): Promise<CheckResult[]> {
  if (findings.length === 0) return [];
  return [reportOutcome('release', { verdict: 'passed', findings }, context)];
}

/** The GitHub deployment of the release that was undone tells so. */
async function noteOnGitHub(
  { release }: Undoing,
  description: string,
  { releases }: RollbackOptions,
  context: GateContext,
): Promise<CheckResult[]> {
  try {
    const undone = await release();
    if (undone) await releases.undone(undone, context.redactor.redact(description));
    return [];
  } catch (error) {
    const findings = [explainNotRecorded(error)];
    return [reportOutcome('GitHub deployment', { verdict: 'passed', findings }, context)];
  }
}
