import type { Annotations } from '../commands/annotations.ts';
import { messageOf } from '../errors.ts';
import { stepScope } from '../expressions/contexts.ts';
import { evaluateCondition, isTruthy, type Scope } from '../expressions/expressions.ts';
import type { Conclusion, Status } from '../expressions/functions.ts';
import type { Template } from '../expressions/template.ts';
import type { Frame, StepResult } from '../state.ts';
import { worse } from '../step/composite-step.ts';
import { Execution, Interrupted } from '../step/execution.ts';

/** One entry of a job's list: a step, or the pre or post script of an action. */
export interface Stage {
  frame: Frame;
  id: string | undefined;
  contextName: string;
  condition: string;
  annotations: Annotations;
  /** What the scripts of one use of an action tell each other. */
  state: Record<string, string>;
  timeoutMinutes?: Template | undefined;
  continueOnError?: Template | undefined;
  name(scope: Scope): string;
  /** The variables that this stage sets, on top of those it inherits. */
  environment(scope: Scope): Record<string, string>;
  work(execution: Execution, details: StageDetails): Promise<Status>;
}

export interface StageDetails {
  scope: Scope;
  /** Variables that only this stage and those around it set. */
  environment: Record<string, string>;
  deadline: AbortSignal;
}

/**
 * Runs a stage from its condition to its conclusion (actions/runner, StepsRunner.cs). Never throws for what the stage
 * does.
 */
export async function runStage(stage: Stage): Promise<StepResult> {
  const { frame } = stage;
  const prepared = prepare(stage);
  const result: StepResult = {
    ...(stage.id === undefined ? {} : { id: stage.id }),
    name: prepared.name,
    outcome: 'skipped',
    conclusion: 'skipped',
    outputs: {},
    summary: '',
    annotations: [],
    dropped: 0,
  };
  if (prepared.isUndecided) result.isUndecided = true;
  if (prepared.runs) await conduct(stage, prepared, result);
  else if (!frame.composite) frame.job.machine.log.stepSkipped(prepared.name);
  const { kept, dropped } = stage.annotations;
  return frame.composite ? result : { ...result, annotations: kept, dropped };
}

interface Prepared {
  name: string;
  environment: Record<string, string>;
  scope: Scope;
  runs: boolean;
  /** Why the stage cannot run although it should. */
  error?: unknown;
  /** Whether its condition is what could not be evaluated. */
  isUndecided?: boolean;
}

function prepare(stage: Stage): Prepared {
  const { frame } = stage;
  const inherited = { ...frame.job.environment, ...frame.environment };
  let prepared: Prepared = { name: stage.contextName, environment: {}, scope: stepScope(frame, inherited), runs: true };
  try {
    const environment = { ...frame.environment, ...stage.environment(prepared.scope) };
    const scope = stepScope(frame, { ...inherited, ...environment });
    prepared = { ...prepared, environment, scope, name: frame.job.machine.masks.apply(stage.name(scope)) };
  } catch (error) {
    return { ...prepared, error };
  }
  try {
    return { ...prepared, runs: evaluateCondition(stage.condition, prepared.scope) };
  } catch (error) {
    return { ...prepared, error, isUndecided: true };
  }
}

async function conduct(stage: Stage, prepared: Prepared, result: StepResult): Promise<void> {
  const { frame } = stage;
  const { log } = frame.job.machine;
  const started = performance.now();
  const interruption = watch(stage, prepared);
  if (frame.composite) log.nestedStepStarted(prepared.name);
  else log.stepStarted(prepared.name);
  const execution = new Execution({
    frame,
    contextName: stage.contextName,
    name: prepared.name,
    environment: { ...frame.job.environment, ...prepared.environment },
    annotations: stage.annotations,
    signal: interruption.signal,
    state: stage.state,
  });
  const details = { scope: prepared.scope, environment: prepared.environment, deadline: interruption.deadline };
  try {
    if (prepared.error !== undefined) throw prepared.error;
    result.outcome = await stage.work(execution, details);
  } catch (error) {
    result.outcome = concludeError(error, execution, interruption);
  } finally {
    interruption.stop();
  }
  if (execution.failed) result.outcome = worse(result.outcome, 'failure');
  result.conclusion = forgive(stage, prepared, result.outcome);
  result.outputs = execution.outputs;
  result.summary = execution.summary;
  if (execution.nested) result.steps = execution.nested;
  if (!frame.composite) log.stepEnded(result.conclusion, performance.now() - started);
}

function concludeError(error: unknown, execution: Execution, interruption: Interruption): Status {
  if (error instanceof Interrupted && interruption.timedOut()) {
    execution.error(interruption.timeoutMessage);
    return 'failure';
  }
  execution.error(messageOf(error));
  return error instanceof Interrupted ? 'cancelled' : 'failure';
}

/** Only a failure can be continued from; a cancellation cannot. */
function forgive(stage: Stage, prepared: Prepared, outcome: Conclusion): Conclusion {
  const continues = stage.continueOnError?.value(prepared.scope) ?? false;
  return outcome === 'failure' && isTruthy(continues) ? 'success' : outcome;
}

interface Interruption {
  signal: AbortSignal;
  deadline: AbortSignal;
  timeoutMessage: string;
  timedOut(): boolean;
  stop(): void;
}

/**
 * When the job is cancelled the condition is asked again; a stage that would still start goes on. A stage that starts
 * after the cancellation is not asked. Steps of a composite action share the timeout of the job's step.
 */
function watch(stage: Stage, prepared: Prepared): Interruption {
  const { job, composite } = stage.frame;
  const cancel = new AbortController();
  const timeout = new AbortController();
  const askAgain = () => {
    const cancelled: Frame = { ...stage.frame, status: () => 'cancelled' };
    const scope = stepScope(cancelled, { ...job.environment, ...prepared.environment });
    if (!evaluateCondition(stage.condition, scope)) cancel.abort();
  };
  if (!job.cancelled.aborted) job.cancelled.addEventListener('abort', askAgain, { once: true });
  const minutes = composite ? 0 : Number(stage.timeoutMinutes?.value(prepared.scope) ?? 0);
  const timer = minutes > 0 ? setTimeout(() => timeout.abort(), minutes * job.machine.timing.minute) : undefined;
  const deadline = composite?.deadline ?? timeout.signal;
  return {
    signal: AbortSignal.any([cancel.signal, deadline, job.halted]),
    deadline,
    timeoutMessage: composite
      ? 'The action has timed out.'
      : `The action '${prepared.name}' has timed out after ${minutes} minutes.`,
    timedOut: () => deadline.aborted && !job.cancelled.aborted,
    stop: () => {
      clearTimeout(timer);
      job.cancelled.removeEventListener('abort', askAgain);
    },
  };
}
