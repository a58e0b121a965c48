import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { verdictOf } from '../../core/report.ts';
import type { Judge, Progress } from '../../platforms/platform.ts';
import type { Target } from './before.ts';
import { type Changed, changeService } from './change-service.ts';
import type { DeployOptions } from './options.ts';
import { inOrder } from './order.ts';
import { probeService } from './probing.ts';

export const stagedUndecided: FindingKind = {
  code: 'deploy/staged-undecided',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Whether the staged version is well could not be decided, so it was not promoted.',
  cause: 'A probe that needs something that only the production address has.',
  remedy: 'Mend the probe, or release the service without `strategy: stage-then-promote`.',
};

/** A service after its change, with what its probes said where others wait for it. */
export interface Carried extends Changed {
  probed: CheckResult[];
}

/** Deploys each service once those before it are well: their platform says so, and their probes where there are some. */
export async function changeAll(
  waiting: Target[],
  options: DeployOptions,
  context: GateContext,
): Promise<Map<string, Carried>> {
  const { needs, commit } = options;
  const awaited = new Set([...needs.values()].flat());
  const changes = new Map<string, Carried>();
  await inOrder(needs, async name => {
    const target = waiting.find(candidate => candidate.name === name);
    if (target === undefined) {
      context.log.info(`${name}: this release is live already.`);
      return true;
    }
    const { platform, before } = target;
    const judge: Judge = async staged => findingsAt(staged, await probeService(name, options, context, staged.url));
    const carryOut = (signal: AbortSignal, progress: Progress) => platform.deploy(commit, signal, progress, judge);
    const changed = await changeService({ name, platform, before, carryOut }, context);
    const passed = changed.check.verdict === 'passed';
    const probed = passed && awaited.has(name) ? await probeService(name, options, context) : [];
    changes.set(name, { ...changed, probed });
    return passed && verdictOf(probed) === 'passed';
  });
  return changes;
}

/** What keeps a staged version from its users; checks that could not decide do so too. */
function findingsAt({ url = '' }: Deployment, checks: CheckResult[]): Finding[] {
  const undecided = checks.filter(({ verdict, findings }) => verdict !== 'passed' && findings.length === 0);
  return [
    ...checks.flatMap(({ findings }) => findings),
    ...undecided.map(({ name, verdict }) => found(stagedUndecided, { seen: `${name} is ${verdict} at ${url}.` })),
  ];
}
