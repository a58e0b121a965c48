import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { describeDeployment } from '../../core/describe-deployment.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { findProfile } from '../../platforms/create-platform.ts';
import type { ServiceOptions } from '../../release/services.ts';

export const byHand: FindingKind = {
  code: 'rollback/by-hand',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The rollback did not bring the service back for certain. This is how to bring it back without the suite.',
  cause: 'A rollback that was refused, failed, or could not be verified.',
  help: 'Look at what serves. If it is the bad release, run the command of its platform.',
};

/** For each service that is not certainly back, what to type on its platform. */
export function explainByHand(
  services: ServiceOptions[],
  targets: ReadonlyMap<string, Deployment>,
  context: GateContext,
): CheckResult[] {
  const findings = services.flatMap(({ name, service, place }) => {
    const target = targets.get(name);
    if (target === undefined || target.id.includes('***')) return []; // a secret was cut out of its name
    const message = `${name} is not certainly on ${describeDeployment(target)}. Look at what serves now before you go back by hand: someone else may have acted.`;
    return [found(byHand, { message, help: findProfile(service).explainGoingBack(service, target), place })];
  });
  return findings.length === 0 ? [] : [reportOutcome('by hand', { verdict: 'passed', findings }, context)];
}
