import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { verdictOf } from '../../core/report.ts';
import type { Target } from './before.ts';
import { type Changed, changeService } from './change-service.ts';
import type { DeployOptions } from './options.ts';
import { inOrder } from './order.ts';
import { probeService } from './probing.ts';

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
    const carryOut = platform.deploy.bind(platform, commit);
    const changed = await changeService({ name, platform, before, carryOut }, context);
    const passed = changed.check.verdict === 'passed';
    const probed = passed && awaited.has(name) ? await probeService(name, options, context) : [];
    changes.set(name, { ...changed, probed });
    return passed && verdictOf(probed) === 'passed';
  });
  return changes;
}
