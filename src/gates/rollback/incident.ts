import type { GateContext } from '../../core/context.ts';
import { explainError, GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { GateReport } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import type { RollbackOptions } from './options.ts';

export const noIncident: FindingKind = {
  code: 'rollback/no-incident',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'No issue tells of the incident; the rollback itself is as the report says.',
  cause: 'A job without `permissions: { issues: write }`, a repository without issues, or an API that did not answer.',
  help: 'Give the job the permission, or set `incident-issue: false`.',
};

/**
 * Tells people of the incident, with all that the report says. That it cannot be told is said, and changes no verdict.
 */
export async function tellIncident(
  report: GateReport,
  record: ReleaseRecord,
  { incidents, reason, dryRun }: RollbackOptions,
  context: GateContext,
): Promise<GateReport> {
  if (incidents === undefined || dryRun) return report;
  try {
    const url = await incidents.note(context.redactor.redactAll({ record, report, reason }));
    const headline = `${report.headline} The incident: ${url}`;
    return { ...report, headline, outputs: { result: report.outputs.result ?? '', incident: url } };
  } catch (error) {
    const help = error instanceof GateError ? error.findings[0]?.help : undefined;
    const findings = [
      found(noIncident, { message: `No issue was opened: ${explainError(error)}`, ...(help && { help }) }),
    ];
    const check = reportOutcome('incident', { verdict: 'passed', findings }, context);
    return { ...report, checks: [...report.checks, check], finishedAt: context.clock.now() };
  }
}
