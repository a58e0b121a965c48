import { bestEffort } from '../../core/best-effort.ts';
import { type CheckResult, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { notResumed, resumeAutoDeploys } from '../../release/auto-deploys.ts';
import type { DeployOptions } from './options.ts';
import type { Target } from './target.ts';

/** Turns on again what rollbacks turned off, and nothing else. Failing to do so never changes the verdict. */
export async function resumeHeld(
  targets: Target[],
  { record, releases }: Pick<DeployOptions, 'record' | 'releases'>,
  context: GateContext,
): Promise<CheckResult[]> {
  const effort = {
    name: 'automatic deploys',
    kind: notResumed,
    failure: 'The gate could not see which automatic deploys a rollback turned off',
    help: notResumed.help,
  };
  const resume = async () => {
    const held = await releases.listHeld(record.environment);
    const settings = new Map([...held].map(([name, { setting }]) => [name, setting]));
    const { checks, resumed } = await resumeAutoDeploys(targets, settings, context);
    for (const name of resumed) {
      const known = held.get(name);
      if (known) await releases.noteResumed(known, name);
    }
    return { ...passed(), value: checks };
  };
  const { value, checks } = await bestEffort(effort, resume, context);
  return [...(value ?? []), ...checks];
}
