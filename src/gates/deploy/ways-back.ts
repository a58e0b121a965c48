import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { describeDeployment } from '../../core/describe-deployment.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment, ReleaseRecord } from '../../core/record.ts';
import { runToEnd } from '../../core/run-to-end.ts';
import type { Recording } from '../../release/recording.ts';
import { previousVersionUnknown } from './look-before.ts';
import type { PromotionOptions } from './promotion.ts';
import type { Target } from './target.ts';

export const liveBeforeGate: FindingKind = {
  code: 'deploy/live-before-gate',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Users met this release before the gate began, so no gate has kept it from them.',
  cause: 'The platform deploys every push by itself, or someone deployed the commit by hand.',
  help: 'Turn automatic deploys off for services that this gate deploys. A rollback of this release goes back to what the message names.',
};

/** The ways back from services that run this release already, in full or in part. */
export interface WaysBack {
  /** By service. */
  targets: Map<string, Deployment>;
  /** Services that run this release although no record mentions it. */
  unrecorded: string[];
  checks: CheckResult[];
}

/**
 * Finds what served before the first deployment of this commit, for services that it has reached already. What such a
 * service runs now is not a way back.
 */
export async function findWaysBack(
  targets: Target[],
  options: Pick<PromotionOptions, 'record' | 'commit'>,
  recording: Recording,
  context: GateContext,
): Promise<WaysBack> {
  const { record, commit } = options;
  const reached = targets.filter(target => isReached(target, commit));
  if (reached.length === 0) return { targets: new Map(), unrecorded: [], checks: [] };
  const records = [record, ...(await recording.findAttempts(record.environment, commit))];
  const unrecorded = reached.filter(({ name }) => findFirstBefore(name, records) === undefined);
  const looks = unrecorded.map(target => {
    const run = async () => {
      const value = await findPrevious(target, commit, context.signal);
      return { verdict: 'passed' as const, findings: [describeWay(target, value)], ...(value && { value }) };
    };
    return runToEnd({ name: `${target.name} way back`, boundary: 'delivery', run }, context);
  });
  const checks = await Promise.all(looks);
  const ways = reached.flatMap(({ name }): [string, Deployment][] => {
    const look = checks[unrecorded.findIndex(target => target.name === name)];
    const way = findFirstBefore(name, records) ?? look?.value;
    return way ? [[name, way]] : [];
  });
  return { targets: new Map(ways), unrecorded: unrecorded.map(({ name }) => name), checks };
}

/** Whether some of the service runs this release, well or not. */
export function isReached({ platform, before }: Target, commit: string): boolean {
  return platform.carries(before, commit) || before.others.length > 0 || isOfCommit(before.deployment, commit);
}

function isOfCommit(deployment: Deployment | undefined, commit: string): boolean {
  return commit !== '' && deployment?.commit === commit;
}

function findFirstBefore(name: string, records: ReleaseRecord[]): Deployment | undefined {
  return records.map(record => record.services[name]?.before).find(before => before !== undefined);
}

/** What serves beside this release; otherwise the newest that the platform could go back to and that is not of it. */
async function findPrevious(
  { platform, before }: Target,
  commit: string,
  signal: AbortSignal,
): Promise<Deployment | undefined> {
  const serving = before.deployment ? [before.deployment, ...before.others] : before.others;
  const beside = before.others.length > 0 ? serving.find(one => !isOfCommit(one, commit)) : undefined;
  if (beside) return beside;
  return (await platform.candidates(before, signal)).find(one => !isOfCommit(one, commit));
}

function describeWay({ name, place }: Target, previous: Deployment | undefined): Finding {
  const live = `${name} runs this release, and no record says what it ran before.`;
  if (previous) {
    const message = `${live} Its platform says ${describeDeployment(previous)}.`;
    return found(liveBeforeGate, { message, place });
  }
  return found(previousVersionUnknown, { message: `${live} Its platform knows no earlier version either.`, place });
}
