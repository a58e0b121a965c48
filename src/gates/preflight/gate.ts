import { missingSection } from '../../config/findings.ts';
import { collectValues } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import type { Override, ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import { planAuthChecks } from './auth.ts';
import { planAutoDeployChecks } from './auto-deploys.ts';
import { planBackupChecks } from './backups/index.ts';
import { planChangeChecks } from './change/index.ts';
import { planEdgeChecks } from './edge/index.ts';
import { planLimitChecks } from './limits.ts';
import { planRedisChecks } from './redis/index.ts';
import type { PreflightOptions, Section } from './section.ts';
import { planStatusChecks } from './status/index.ts';
import { planWindowCheck } from './window/index.ts';

const sections: Section[] = [
  planWindowCheck,
  planChangeChecks,
  planEdgeChecks,
  planBackupChecks,
  planRedisChecks,
  planStatusChecks,
  planLimitChecks,
  planAuthChecks,
  planAutoDeployChecks,
];

/** Decides whether this is the moment to release: runs all declared checks at once and changes nothing. */
export async function preflight(options: PreflightOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const checks = sections.flatMap(plan => plan(options, context));
  if (checks.length === 0) throw new GateError([explainNothingDeclared(options)]);
  const results = await runChecks(checks, { ...context, concurrency: checks.length });
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  const [override] = collectValues(results);
  const overridden = override ? ` ${override.by} overrode the window.` : '';
  return {
    gate: 'preflight',
    verdict: combineVerdicts(results),
    headline: `${passed} of ${pluralize(results.length, 'check')} passed.${overridden}`,
    checks: results,
    outputs: { override: override?.reason ?? '' },
    record: override ? addOverride(options.record, override) : options.record,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

function explainNothingDeclared({ config }: PreflightOptions) {
  return found(missingSection, {
    message: `${config.path} declares nothing to check before a release.`,
    help: 'Add `preflight:`, or remove the gate: its step, or its name in `gates`.',
  });
}

function addOverride(record: ReleaseRecord, override: Override): ReleaseRecord {
  return { ...record, overrides: [...(record.overrides ?? []), override] };
}
