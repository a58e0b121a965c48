import type { Configuration } from '../../config/load.ts';
import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { planTargets, type Target } from '../../readiness/targets.ts';
import { probeReadiness } from '../../release/probe-readiness.ts';

export const notProbed: FindingKind = {
  code: 'deploy/not-probed',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The deploy gate could not probe this service, and it released the services that wait for it anyway.',
  cause: 'A probe needs a variable that the step of the deploy gate does not have.',
  help: 'Add the variable to the step. The probe gate reports how the service is.',
};

/** Probes a service until it is ready; the probe gate watches that it stays ready. Does nothing without probes. */
export async function probeService(
  name: string,
  configuration: Configuration,
  context: GateContext,
): Promise<CheckResult[]> {
  if (Object.keys(configuration.probe[name] ?? {}).length === 0) return [];
  let targets: Target[];
  try {
    targets = planTargets(configuration, [name], context);
  } catch (error) {
    const findings = [found(notProbed, { message: `The probes of ${name} cannot run: ${explainError(error)}` })];
    return [reportOutcome(`${name} after`, { verdict: 'passed', findings }, context)];
  }
  return probeReadiness(targets, context);
}
