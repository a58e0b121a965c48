import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import type { DeployOptions } from './options.ts';
import type { Target } from './target.ts';

export const notResumed: FindingKind = {
  code: 'deploy/not-resumed',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release is live, and later pushes are still not deployed by themselves.',
  cause: 'A token that may not change the service, or a platform that did not answer.',
  help: 'Switch automatic deploys on again on the dashboard.',
};

/**
 * Lets later pushes go live again, as before a rollback held them. That it cannot be done is said, and fails nothing.
 */
export async function resumeAutoDeploys(
  targets: Target[],
  { resumeAutoDeploys }: DeployOptions,
  context: GateContext,
): Promise<CheckResult[]> {
  if (!resumeAutoDeploys) return [];
  const resumed = targets.map(async ({ name, platform }): Promise<CheckResult[]> => {
    const findings = await platform
      .resumeAutoDeploys(context.signal)
      .catch(error => [
        found(notResumed, { message: `Automatic deploys of ${name} could not be resumed: ${explainError(error)}` }),
      ]);
    if (findings.length === 0) return [];
    return [reportOutcome(`${name} automatic deploys`, { verdict: 'passed', findings }, context)];
  });
  return (await Promise.all(resumed)).flat();
}
