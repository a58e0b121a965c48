import { describeDeployment } from '../../core/deployment-in-words.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import type { Live, Platform } from '../../platforms/platform.ts';

export const noTarget: FindingKind = {
  code: 'rollback/no-target',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'It is not known what this service ran before the release, so it stays as it is.',
  cause: 'The first release of a service, or one whose earlier deployments are gone.',
  help: 'If this is its first release, mend the cause and release again, or switch the service off by hand; else name the deployment to go back to with `target`.',
};

export const assumedTarget: FindingKind = {
  code: 'rollback/assumed-target',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release record does not say what this service ran before; the newest earlier deployment was taken.',
  cause: 'A release without a record, or a record without this service.',
  help: 'Look at whether it is the version that was meant.',
};

export const hiddenTarget: FindingKind = {
  code: 'rollback/hidden-target',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The record hides a part of what the service ran before, so the gate cannot go back to it by itself.',
  cause:
    'A secret whose value is a part of the name of the image or of the id of the deployment, as a very short one is.',
  help: 'Name the deployment by hand with `services` and `target`; then give the secret a value of its own.',
};

export interface ChosenTarget {
  target: Deployment | undefined;
  findings: Finding[];
}

/** Where a service goes back to: what the record says, else the newest that was live and well, and is not now. */
export async function targetOf(
  name: string,
  recorded: Deployment | undefined,
  live: Live,
  platform: Platform,
  signal: AbortSignal,
): Promise<ChosenTarget> {
  if (recorded?.id.includes('***')) {
    const message = `The record says that ${name} ran ${recorded.id} before, in which a secret is hidden.`;
    return { target: undefined, findings: [found(hiddenTarget, { message })] };
  }
  if (recorded) return { target: recorded, findings: [] };
  const [newest] = await platform.candidates(live, signal);
  if (newest === undefined) {
    const message = `Neither the record nor the platform says what ${name} ran before.`;
    return { target: undefined, findings: [found(noTarget, { message })] };
  }
  const message = `The record does not say what ${name} ran before; its platform says ${describeDeployment(newest)}.`;
  return { target: newest, findings: [found(assumedTarget, { message })] };
}
