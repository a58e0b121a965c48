import { stepScope } from '../expressions/contexts.ts';
import type { Status } from '../expressions/functions.ts';
import type { CompositeRuns } from '../model/action-model.ts';
import type { Step } from '../model/step-model.ts';
import type { Source } from '../sources.ts';
import type { Frame, StepResult } from '../state.ts';
import type { Execution } from './execution.ts';

export interface CompositeUse {
  folder: string;
  source: Source;
  runs: CompositeRuns;
  inputs: Record<string, string>;
  /** `env` of the step that uses it and of those around it. */
  environment: Record<string, string>;
  /** The timeout that its steps share. */
  deadline: AbortSignal;
}

export type RunStep = (step: Step, frame: Frame) => Promise<StepResult>;

/** Actions that may be inside each other (actions/runner, `CompositeActionsMaxDepth`). */
const MAX_DEPTH = 9;

/**
 * Runs a composite action. Its steps' conditions look at its own status; a failed step ends nothing by itself.
 * The outputs are set even when a step failed (actions/runner, CompositeActionHandler.cs).
 */
export async function runComposite(use: CompositeUse, execution: Execution, runStep: RunStep): Promise<Status> {
  let status: Status = 'success';
  const frame = compositeFrame(use, execution, () => status);
  execution.nested = [];
  for (const step of use.runs.steps) {
    const result = await runStep(step, frame);
    execution.nested.push(result);
    execution.summary += result.summary;
    status = worse(status, result.conclusion);
    if (result.isUndecided) break; // not even `always()` runs after it (actions/runner, CompositeActionHandler.cs)
  }
  const scope = stepScope(frame, execution.environment);
  for (const [name, value] of use.runs.outputs) execution.setOutput(name, value.text(scope));
  return status;
}

function compositeFrame(use: CompositeUse, execution: Execution, status: () => Status): Frame {
  const { frame } = execution;
  const depth = (frame.composite?.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) throw new Error(`Composite action depth exceeded max depth ${MAX_DEPTH}`);
  return {
    job: frame.job,
    source: use.source,
    steps: {},
    inputs: use.inputs,
    status,
    environment: use.environment,
    composite: {
      depth,
      actionPath: use.folder,
      contextName: frame.composite?.contextName ?? execution.contextName,
      annotations: execution.annotations,
      deadline: use.deadline,
    },
  };
}

/** A failure outweighs success, a cancellation outweighs both. */
export function worse(status: Status, conclusion: StepResult['conclusion']): Status {
  if (status === 'cancelled' || conclusion === 'cancelled') return 'cancelled';
  return conclusion === 'failure' ? 'failure' : status;
}
