import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { runChecks } from '../../core/run-checks.ts';
import { checkReadiness } from '../../readiness/readiness-check.ts';
import { omitWatching, planTargets, type Target } from '../../readiness/targets.ts';
import type { RollbackOptions } from './options.ts';

export const probeSkipped: FindingKind = {
  code: 'rollback/probe-skipped',
  severity: 'notice',
  boundary: 'delivery',
  meaning:
    'A probe compares the commit that is live, and that of the old deployment is not known, so it was not asked.',
  cause: 'A deployment that was made before this suite noted commits, or a target that was named by hand.',
  help: 'Look at the version that the service tells, if it matters.',
};

export const probesUnusable: FindingKind = {
  code: 'rollback/not-probed',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The rollback was carried out, and whether the service is well could not be asked.',
  cause: 'A variable that a probe needs and the step does not have, or a configuration that cannot be read.',
  help: 'Look at the service yourself; mend what is named so that the next rollback can verify itself.',
};

/** What to ask a service after it went back. Made before anything is changed; that it cannot be made stops nothing. */
export interface Verification {
  targets: Target[];
  findings: Finding[];
}

/** Stands for a commit that no one knows. */
const unknownCommit = 'commit-not-known-to-release-gates';

/** The probes of a service, with the commit of the old version where it is known; else without those that name it. */
export async function verificationOf(
  name: string,
  commit: string | undefined,
  { configurationOf }: RollbackOptions,
  context: GateContext,
): Promise<Verification> {
  try {
    const config = await configurationOf(commit ?? unknownCommit);
    if (!config.probe[name]) return { targets: [], findings: [] };
    const all = planTargets(config, [name], context);
    const targets = all.filter(target => !JSON.stringify(target).includes(unknownCommit));
    const skipped = all.filter(target => !targets.includes(target)).map(target => target.name);
    const message = `The commit of what ${name} goes back to is not known: ${skipped.join(', ')} is not asked.`;
    return { targets, findings: skipped.length > 0 ? [found(probeSkipped, { message })] : [] };
  } catch (error) {
    context.signal.throwIfAborted();
    const message = `The probes of ${name} cannot be made: ${explainError(error)}`;
    return { targets: [], findings: [found(probesUnusable, { message })] };
  }
}

/** Asks until the service is ready. It is not watched for as long as `for` says: that it is back must be known soon. */
export async function verify({ targets }: Verification, context: GateContext): Promise<CheckResult[]> {
  const checks = targets.map(target => checkReadiness(omitWatching(target), context));
  return runChecks(checks, { ...context, concurrency: checks.length });
}
