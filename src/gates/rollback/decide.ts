import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { describeDeployment } from '../../core/describe-deployment.ts';
import { found } from '../../core/finding.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { isKnownToBeBad, isVerified, keptUnverified } from './cancelled.ts';
import type { Ending } from './ending.ts';
import { findRelease } from './find-release.ts';
import type { RollbackOptions } from './options.ts';
import { type Plan, type PlannedService, planRollback } from './plan.ts';
import type { Undoing } from './undoing.ts';

/** What to do: the plan to carry out, or how the rollback ends without one. */
export type Decision = { checks: CheckResult[]; undoing?: Undoing } & (
  | { undoing: Undoing; plan: Plan }
  | { ending: Ending }
);

/** Finds out what to undo and whether that is possible. Changes nothing. */
export async function decide(options: RollbackOptions, context: GateContext): Promise<Decision> {
  const undoing = await findRelease(options);
  if ('findings' in undoing) {
    const { result, why, findings } = undoing;
    const verdict = result === 'not-needed' ? 'passed' : 'error';
    const checks = [reportOutcome('release', { verdict, findings }, context)];
    return { checks, ending: { result, headline: `Nothing was changed: ${why}.`, isIncident: false, left: [] } };
  }
  if (options.cancelled && (await isVerified(undoing, options.releases.stands))) {
    const headline = 'Nothing was changed: every gate had passed before the run was cancelled.';
    return { checks: [], undoing, ending: { result: 'not-needed', headline, isIncident: false, left: [] } };
  }
  const { notes: findings } = undoing;
  const notes = findings.length === 0 ? [] : [reportOutcome('release', { verdict: 'passed', findings }, context)];
  const plan = await planRollback(options, undoing, context);
  const checks = [...notes, ...plan.checks];
  const stay = findReasonToStay(plan, undoing, options);
  if (stay === undefined && options.cancelled === 'keep' && !isKnownToBeBad(undoing.record)) {
    return { checks: [...checks, reportKept(plan, context)], undoing, ending: keep(plan) };
  }
  return stay ? { checks, undoing, ending: stay } : { checks, undoing, plan };
}

/** Why nothing goes back; undefined if the steps of the plan go ahead. */
function findReasonToStay(
  plan: Plan,
  { record }: Undoing,
  { dryRun }: Pick<RollbackOptions, 'dryRun'>,
): Ending | undefined {
  const isIncident = !dryRun; // nobody is woken by a dry run
  const { services, steps, schema } = plan;
  const left = dryRun ? [] : services.filter(({ standing }) => standing !== 'not-needed').map(({ name }) => name);
  const has = (wanted: PlannedService['standing']) => services.some(({ standing }) => standing === wanted);
  const where = describeStandings(services);
  const headline = `Nothing was changed. ${where}`;
  if (has('refused')) return { result: 'refused', headline, isIncident, left };
  if (has('error')) return { result: 'failed', headline, isIncident, left };
  const isOnItsWay = services.some(({ unfinished = [] }) => unfinished.length > 0);
  if (steps.length === 0 && isOnItsWay && !dryRun) return undefined;
  if (steps.length === 0) {
    const isStaged = Object.values(record.services).some(({ staged }) => staged) && !dryRun;
    const note = isStaged ? { note: 'staged, and never promoted' } : {};
    if (has('no-target')) return { result: 'no-target', headline, isIncident, left, ...note };
    return { result: 'not-needed', headline, isIncident: false, left: [], ...note };
  }
  if (schema && schema.verdict !== 'passed') {
    return {
      result: 'refused',
      headline: `Nothing was changed, because of the database. ${where}`,
      isIncident,
      left: [],
    };
  }
  if (dryRun) return { result: 'dry-run', headline: `Dry run, nothing was changed. ${where}`, isIncident, left };
  return undefined;
}

function keep({ services }: Plan): Ending {
  const where = describeStandings(services);
  return {
    result: 'kept',
    headline: `Nothing was changed: the run was cancelled before the release was verified. ${where}`,
    isIncident: true,
    left: services.filter(({ standing }) => standing === 'to-do').map(({ name }) => name),
    note: 'not verified: the run was cancelled',
  };
}

function reportKept({ services }: Plan, context: GateContext): CheckResult {
  const live = services.filter(({ standing }) => standing === 'to-do').map(({ name }) => name);
  const message = `Users meet ${live.join(' and ') || 'parts'} of a release whose run was cancelled before it was verified.`;
  return reportOutcome('release', { verdict: 'inconclusive', findings: [found(keptUnverified, { message })] }, context);
}

/** Where each service stands before anything is changed. */
function describeStandings(services: PlannedService[]): string {
  const parts = services.map(({ name, standing, step }) => {
    if (step) return `${name} would go back to ${describeDeployment(step.target)}`;
    if (standing === 'not-needed') return `${name} is already there`;
    if (standing === 'no-target') return `${name} has no known earlier version`;
    return standing === 'refused' ? `${name} cannot go back` : `${name} could not be checked`;
  });
  return parts.length > 0 ? `${parts.join('; ')}.` : 'The release changed no service.';
}
