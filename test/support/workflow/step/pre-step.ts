import { Annotations } from '../commands/annotations.ts';
import { runStage } from '../job/stage.ts';
import { readAction } from '../model/action-model.ts';
import type { Step } from '../model/step-model.ts';
import { resolveUses } from '../sources.ts';
import type { Frame, StepResult } from '../state.ts';
import { completeInputs, javaScriptUse } from './action-step.ts';
import { runActionScript } from './javascript-step.ts';
import { stepName } from './step.ts';

/**
 * Runs the pre script of a step's action, if it has one; `state` is kept for the main script.
 * An action by `./` has none: it is not there before the checkout.
 */
export async function runPre(step: Step, frame: Frame, state: Record<string, string>): Promise<StepResult | undefined> {
  const { work } = step;
  if (work.kind !== 'uses') return undefined;
  const resolved = resolveUses(work.uses, frame.source, frame.job.sources);
  if (resolved.kind !== 'action' || resolved.local) return undefined;
  const action = readAction(resolved.folder);
  if (action.runs.using !== 'node' || !action.runs.pre) return undefined;
  const { pre } = action.runs;
  return runStage({
    frame,
    id: undefined,
    contextName: step.contextName,
    condition: pre.condition,
    annotations: new Annotations(),
    state,
    name: scope => `Pre ${stepName(step, scope)}`,
    environment: scope => step.env?.texts(scope) ?? {},
    work: async (execution, { scope }) => {
      const inputs = completeInputs(action, work.with?.texts(scope) ?? {}, execution);
      const succeeded = await runActionScript(pre.file, javaScriptUse(action, inputs, resolved), execution);
      return succeeded ? 'success' : 'failure';
    },
  });
}
