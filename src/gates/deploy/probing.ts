import { useStagedAddresses } from '../../config/staged.ts';
import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { runChecks } from '../../core/run-checks.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { checkReadiness } from '../../readiness/readiness-check.ts';
import { omitWatching, planTargets, type Target } from '../../readiness/targets.ts';
import type { DeployOptions } from './options.ts';

export const notProbed: FindingKind = {
  code: 'deploy/not-probed',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'Other services wait for this one, and its probes could not be asked before they were released.',
  cause: 'A variable that a probe needs and the step of the deploy gate does not have.',
  help: 'Add the variable to the step; the probe gate says how the service is.',
};

/**
 * Asks the probes of a service until it is ready, or of what is staged of it; the probe gate watches that it stays so.
 * Without probes there is nothing to ask.
 */
export async function probeService(
  name: string,
  options: Pick<DeployOptions, 'configuration'>,
  context: GateContext,
  staged?: Deployment,
): Promise<CheckResult[]> {
  const noted = staged ? { [name]: { platform: '', staged } } : {};
  const configuration = useStagedAddresses(options.configuration, noted);
  if (Object.keys(configuration.probe[name] ?? {}).length === 0) return [];
  let targets: Target[];
  try {
    targets = planTargets(configuration, [name], context);
  } catch (error) {
    const findings = [found(notProbed, { message: `The probes of ${name} cannot be made: ${explainError(error)}` })];
    return [reportOutcome(`${name} after`, { verdict: 'passed', findings }, context)];
  }
  const checks = targets.map(target => checkReadiness(omitWatching(target), context));
  return runChecks(checks, { ...context, concurrency: checks.length });
}
