import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { combineVerdicts } from '../../core/report.ts';
import { changeService, type ReportedChange, reportChange } from '../../release/change-service.ts';
import { runInOrder } from '../../release/order.ts';
import type { DeployOptions } from './options.ts';
import { probeService } from './probe-service.ts';
import { type StageOptions, stageAndPromote } from './staging.ts';
import type { Target } from './target.ts';

/** A service after its change, with the results of its probes if others wait for it. */
export interface Carried extends ReportedChange {
  probed: CheckResult[];
}

/** Deploys each service once those before it are good: their platform says so, and so do their probes, if any. */
export function changeAll(
  waiting: Target[],
  options: StageOptions & Pick<DeployOptions, 'needs'>,
  context: GateContext,
): Promise<Map<string, Carried>> {
  const { needs, configuration } = options;
  const awaited = new Set([...needs.values()].flat());
  return runInOrder<Carried>(needs, async name => {
    const target = waiting.find(candidate => candidate.name === name);
    if (target === undefined) {
      context.log.info(`${name}: this release is live already.`);
      return { succeeded: true };
    }
    const change = await changeOne(target, options, context);
    const passed = change.check.verdict === 'passed';
    const isProbed = passed && awaited.has(name) && change.staged === undefined;
    const probed = isProbed ? await probeService(name, configuration, context) : [];
    return { succeeded: passed && combineVerdicts(probed) === 'passed', value: { ...change, probed } };
  });
}

function changeOne(target: Target, options: StageOptions, context: GateContext): Promise<ReportedChange> {
  const { name, platform } = target;
  const again = options.again.includes(name);
  const { staging } = platform;
  if (staging) {
    return reportChange(name, () => stageAndPromote({ ...target, staging }, options, context), context);
  }
  return changeService(
    { ...target, carryOut: (signal, progress) => platform.deploy(options.commit, signal, progress, again) },
    context,
  );
}
