import { describeDeployment } from '../../core/deployment-in-words.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { RollbackOptions } from './options.ts';
import type { Plan, PlannedService } from './plan.ts';
import type { Result } from './results.ts';

/** How a rollback ends, for its report. */
export interface Decision {
  result: Result | 'dry-run';
  headline: string;
  /** Whether to notify people. */
  isIncident: boolean;
  /** What to note on the GitHub deployment of the release; undefined: nothing. */
  note?: string;
}

/** Why nothing goes back; undefined if the steps of the plan go ahead. */
export function findReasonToStay(
  plan: Plan,
  record: ReleaseRecord,
  { dryRun }: Pick<RollbackOptions, 'dryRun'>,
): Decision | undefined {
  const isIncident = !dryRun; // nobody is woken by a dry run
  const { services, steps, schema } = plan;
  const has = (wanted: PlannedService['standing']) => services.some(({ standing }) => standing === wanted);
  const where = describeStandings(services);
  const headline = `Nothing was changed. ${where}`;
  if (has('refused')) return { result: 'refused', headline, isIncident };
  if (has('error')) return { result: 'failed', headline, isIncident };
  if (steps.length === 0) {
    const isStaged = Object.values(record.services).some(({ staged }) => staged) && !dryRun;
    const note = isStaged ? { note: 'staged, and never promoted' } : {};
    if (has('no-target')) return { result: 'no-target', headline, isIncident, ...note };
    return { result: 'not-needed', headline, isIncident: false, ...note };
  }
  if (schema && schema.verdict !== 'passed') {
    return { result: 'refused', headline: `Nothing was changed, because of the database. ${where}`, isIncident };
  }
  if (dryRun) return { result: 'dry-run', headline: `Dry run, nothing was changed. ${where}`, isIncident };
  return undefined;
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
