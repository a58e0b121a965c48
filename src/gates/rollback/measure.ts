import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import type { TimelineEntry } from '../../core/report.ts';
import { chooseUrls, Monitor } from '../../release/downtime.ts';
import type { RollbackOptions } from './options.ts';
import type { Step } from './plan.ts';

export interface MeasuredDowntime {
  checks: CheckResult[];
  timeline: TimelineEntry[];
}

/** Starts to ask the services that go back; what is returned ends it and tells what their users met. */
export async function startMeasuring(
  steps: Step[],
  { measuring, configurationOf }: RollbackOptions,
  context: GateContext,
): Promise<() => Promise<MeasuredDowntime>> {
  const nothing = async () => ({ checks: [], timeline: [] });
  if (measuring === undefined) return nothing;
  try {
    const urls = steps.map(async step => {
      const { commit = '' } = step.target;
      return [...chooseUrls([step], commit, await configurationOf(commit))];
    });
    const commits = steps.map(
      ({ name, before, target }) => [name, { before: before.deployment?.commit, after: target.commit }] as const,
    );
    const monitor = new Monitor(new Map((await Promise.all(urls)).flat()), new Map(commits));
    return () => monitor.stop(measuring.allowed, context);
  } catch (error) {
    context.log.info(`The downtime is not measured: ${explainError(error)}`); // which keeps nothing from going back
    return nothing;
  }
}
