import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Deployment } from '../../core/record.ts';
import { combineVerdicts } from '../../core/report.ts';
import type { Change, Progress } from '../../platforms/platform.ts';
import { type Changed, changeService } from '../../release/change-service.ts';
import { runInOrder } from '../../release/order.ts';
import type { DeployOptions } from './options.ts';
import { probeService } from './probing.ts';
import { stageAndPromote } from './staging.ts';
import type { Target } from './target.ts';

/** A service after its change, with what its probes said where others wait for it. */
export interface Carried extends Changed {
  probed: CheckResult[];
  /** What is built for the service and still kept off its users. */
  staged: Deployment | undefined;
}

/**
 * Deploys each service once those before it are well: their platform says so, and their probes where there are some.
 */
export async function changeAll(
  waiting: Target[],
  options: DeployOptions,
  context: GateContext,
): Promise<Map<string, Carried>> {
  const { needs, commit } = options;
  const awaited = new Set([...needs.values()].flat());
  const changes = new Map<string, Carried>();
  await runInOrder(needs, async name => {
    const target = waiting.find(candidate => candidate.name === name);
    if (target === undefined) {
      context.log.info(`${name}: this release is live already.`);
      return true;
    }
    const { platform, before } = target;
    let staged: Deployment | undefined;
    const carryOut = async (signal: AbortSignal, progress: Progress): Promise<Change> => {
      const { staging } = platform;
      if (staging === undefined) return platform.deploy(commit, signal, progress);
      return stageAndPromote(staging, { name, options, context, signal, progress }, kept => {
        staged = kept;
      });
    };
    const changed = await changeService({ name, platform, before, carryOut }, context);
    const passed = changed.check.verdict === 'passed';
    const probed = passed && awaited.has(name) && !staged ? await probeService(name, options, context) : [];
    changes.set(name, { ...changed, probed, staged });
    return passed && combineVerdicts(probed) === 'passed';
  });
  return changes;
}
