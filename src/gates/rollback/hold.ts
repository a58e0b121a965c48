import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import type { RollbackOptions } from './options.ts';
import type { Step } from './plan.ts';

export const notHeld: FindingKind = {
  code: 'rollback/not-held',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The service goes back, and the platform still deploys later pushes by itself, which would undo it.',
  cause: 'A token that may not change the service, or a platform that did not answer.',
  help: 'Switch automatic deploys off on the dashboard until the cause is mended.',
};

/** Before the way back, so that no push comes in between. That it cannot be done stops nothing. */
export async function holdAutoDeploys(
  steps: Step[],
  { holdAutoDeploys }: RollbackOptions,
  context: GateContext,
): Promise<CheckResult[]> {
  if (!holdAutoDeploys) return [];
  const held = steps.map(async ({ name, platform }): Promise<CheckResult[]> => {
    const findings = await platform.holdAutoDeploys(context.signal).catch(error => {
      const message = `Automatic deploys of ${name} could not be held: ${explainError(error)}`;
      return [found(notHeld, { message })];
    });
    if (findings.length === 0) return [];
    return [reportOutcome(`${name} automatic deploys`, { verdict: 'passed', findings }, context)];
  });
  return (await Promise.all(held)).flat();
}
