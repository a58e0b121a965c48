import { Annotations } from '../commands/annotations.ts';
import type { Scope } from '../expressions/expressions.ts';
import { runStage } from '../job/stage.ts';
import type { Step } from '../model/step-model.ts';
import type { Frame, StepResult } from '../state.ts';
import { runAction } from './action-step.ts';
import { runScript } from './script-step.ts';

/** Runs a step of a job or of a composite action and puts it into the `steps` context. `state` is its pre script's. */
export async function runStep(step: Step, frame: Frame, state: Record<string, string> = {}): Promise<StepResult> {
  const result = await runStage({
    frame,
    id: step.id,
    contextName: step.contextName,
    condition: step.condition,
    annotations: frame.composite?.annotations ?? new Annotations(),
    state,
    timeoutMinutes: step.timeoutMinutes,
    continueOnError: step.continueOnError,
    name: scope => stepName(step, scope),
    environment: scope => step.env?.texts(scope) ?? {},
    work: async (execution, details) => {
      const { work } = step;
      if (work.kind === 'uses') return runAction(work, execution, { ...details, runStep });
      return (await runScript(work, execution, details.scope)) ? 'success' : 'failure';
    },
  });
  if (step.id !== undefined) {
    const { outputs, outcome, conclusion } = result;
    frame.steps[step.id] = { outputs, outcome, conclusion };
  }
  return result;
}

/** The name, or "Run" and what is run: the action, or the script's first line. */
export function stepName(step: Step, scope: Scope): string {
  if (step.name) return step.name.text(scope);
  if (step.work.kind === 'uses') return `Run ${step.work.uses}`;
  const firstLine = step.work.run.text(scope).trimStart().split('\n')[0] ?? '';
  return `Run ${firstLine}`;
}
