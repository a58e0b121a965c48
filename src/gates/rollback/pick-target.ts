import { describeDeployment } from '../../core/describe-deployment.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';

export const noTarget: FindingKind = {
  code: 'rollback/no-target',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gate does not know what this service ran before the release, so the service stays as it is.',
  cause: 'This is the first release of the service, or its earlier deployments were deleted.',
  help: 'Name the deployment to go back to with `target`. If this is the first release, fix the cause and release again, or turn the service off by hand.',
};

export const assumedTarget: FindingKind = {
  code: 'rollback/assumed-target',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The release record does not say what this service ran before, so the gate chose the newest earlier deployment.',
  cause: 'The release has no record, or its record does not have this service.',
  help: 'Check that this is the version you want.',
};

export const hiddenTarget: FindingKind = {
  code: 'rollback/hidden-target',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The record hides part of what the service ran before, so the gate cannot go back to it by itself.',
  cause: 'The value of a secret is part of the image name or the deployment id, usually because it is very short.',
  help: 'Name the deployment with `services` and `target`. Then give the secret a longer value that nothing else contains.',
};

export interface PickedTarget {
  target: Deployment | undefined;
  findings: Finding[];
}

/** What a service goes back to: what the record says, otherwise the newest deployment that was live and well. */
export async function pickTarget(
  name: string,
  recorded: Deployment | undefined,
  findCandidates: () => Promise<Deployment[]>,
): Promise<PickedTarget> {
  if (recorded?.id.includes('***')) {
    const message = `The record says that ${name} ran ${recorded.id} before, which hides a secret.`;
    return { target: undefined, findings: [found(hiddenTarget, { message })] };
  }
  if (recorded) return { target: recorded, findings: [] };
  const [newest] = await findCandidates();
  if (newest === undefined) {
    const message = `Neither the record nor the platform says what ${name} ran before.`;
    return { target: undefined, findings: [found(noTarget, { message })] };
  }
  const message = `The record does not say what ${name} ran before. Its platform says ${describeDeployment(newest)}.`;
  return { target: newest, findings: [found(assumedTarget, { message })] };
}
