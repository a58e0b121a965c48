import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { hasText } from '../../core/has-text.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { planTargets, type Target } from '../../readiness/targets.ts';
import { probeReadiness } from '../../release/probe-readiness.ts';
import type { GoBackOptions } from './options.ts';
import type { Step } from './plan.ts';

export const probeSkipped: FindingKind = {
  code: 'rollback/probe-skipped',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'A probe checks the live commit, but the commit of the old deployment is unknown, so the probe was skipped.',
  cause: 'The deploy gate did not make this deployment, or the target was named by hand.',
  help: 'If the version matters, check which one the service reports.',
};

export const probesUnusable: FindingKind = {
  code: 'rollback/not-probed',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The service went back, but the gate could not probe it.',
  cause: 'A probe needs a variable that the step does not have, or the configuration cannot be read.',
  help: 'Check the service yourself. Fix what the message names, so that the next rollback can verify itself.',
};

/** How to verify that a service is back. A rollback goes ahead even if there is no way to. */
export interface Verification {
  targets: Target[];
  findings: Finding[];
}

/** Stands for a commit that nobody knows. */
const unknownCommit = 'commit-not-known-to-release-gates';

/** Plans the probes of a service for the commit of the old version. If that is unknown, it skips those that name it. */
export async function planVerification(
  { name, target: { commit } }: Step,
  loadConfiguration: GoBackOptions['loadConfiguration'],
  context: GateContext,
): Promise<Verification> {
  try {
    const config = await loadConfiguration(commit ?? unknownCommit);
    if (!config.probe[name]) return { targets: [], findings: [] };
    const all = planTargets(config, [name], context);
    const targets = all.filter(({ probe }) => !hasText(probe, unknownCommit));
    const skipped = all.filter(target => !targets.includes(target)).map(target => target.name);
    const message = `The commit that ${name} goes back to is unknown, so ${skipped.join(', ')} was skipped.`;
    return { targets, findings: skipped.length > 0 ? [found(probeSkipped, { message })] : [] };
  } catch (error) {
    context.signal.throwIfAborted();
    const message = `The probes of ${name} cannot run: ${explainError(error)}`;
    return { targets: [], findings: [found(probesUnusable, { message })] };
  }
}

/** Probes a service until it is ready. */
export async function verify(
  name: string,
  { targets, findings }: Verification,
  context: GateContext,
): Promise<CheckResult[]> {
  const planned = findings.length > 0 ? [reportPlan(name, findings, context)] : [];
  return [...planned, ...(await probeReadiness(targets, context))];
}

/** A skipped probe does not count against the service. If no probe can run, the service stays unverified. */
function reportPlan(name: string, findings: Finding[], context: GateContext): CheckResult {
  const verdict = findings.some(({ code }) => code === probesUnusable.code) ? 'inconclusive' : 'passed';
  return reportOutcome(`${name} after`, { verdict, findings }, context);
}
