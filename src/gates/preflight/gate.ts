import { missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import type { CommitFacts } from '../../core/commit-facts.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import type { Override, ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import { backupChecks } from './backups/index.ts';
import { changeChecks } from './change/index.ts';
import { edgeChecks } from './edge/index.ts';
import { authChecks } from './limits/auth.ts';
import { limitChecks } from './limits/limits.ts';
import { redisChecks } from './redis/index.ts';
import { statusChecks } from './status/index.ts';
import { windowCheck } from './window/index.ts';

export interface PreflightOptions {
  config: Configuration;
  commit: string;
  facts: CommitFacts;
  /** The reason of an emergency; empty when there is none. */
  override: string;
  /** Who started the run. */
  actor: string;
  record: ReleaseRecord;
}

/** Whether this is the moment to release: all that is declared, at once. It changes nothing. */
export async function preflight(options: PreflightOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const { config, commit, facts } = options;
  const overrides: Override[] = [];
  const checks = [
    ...windowCheck(config, options, context, override => overrides.push(override)),
    ...changeChecks(config, commit, facts, context),
    ...edgeChecks(config, context),
    ...backupChecks(config, context),
    ...redisChecks(config, context),
    ...statusChecks(config, context),
    ...limitChecks(config, context),
    ...authChecks(config, context),
  ];
  if (checks.length === 0) {
    const message = `${config.path} declares nothing to check before a release.`;
    throw new GateError([
      found(missingSection, {
        message,
        help: 'Add `preflight:`, or leave the gate out: its step, or its name in `gates`.',
      }),
    ]);
  }
  const results = await runChecks(checks, { ...context, concurrency: checks.length });
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  const [override] = overrides;
  const beside = override ? ` The window was overridden by ${override.by}.` : '';
  return {
    gate: 'preflight',
    verdict: combineVerdicts(results),
    headline: `${passed} of ${pluralize(results.length, 'check')} passed.${beside}`,
    checks: results,
    outputs: { override: override?.reason ?? '' },
    record: override
      ? { ...options.record, overrides: [...(options.record.overrides ?? []), override] }
      : options.record,
    startedAt,
    finishedAt: context.clock.now(),
  };
}
