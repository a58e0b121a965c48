import { inputDefaultScope, stepScope } from '../expressions/contexts.ts';
import type { Scope } from '../expressions/expressions.ts';
import type { Status } from '../expressions/functions.ts';
import { type Action, readAction } from '../model/action-model.ts';
import type { Work } from '../model/step-model.ts';
import { type Resolved, resolveUses } from '../sources.ts';
import { checkOut } from './checkout-step.ts';
import { type RunStep, runComposite } from './composite-step.ts';
import type { Execution } from './execution.ts';
import { type JavaScriptUse, runActionScript } from './javascript-step.ts';
import { registerPost } from './post-step.ts';

type Uses = Extract<Work, { kind: 'uses' }>;
type ResolvedAction = Extract<Resolved, { kind: 'action' }>;

/** What a step that uses an action needs from the step around it. */
export interface ActionStepOptions {
  scope: Scope;
  /** The variables that only this step and those around it set. */
  environment: Record<string, string>;
  deadline: AbortSignal;
  runStep: RunStep;
}

/** Runs a `uses` step. */
export async function runAction(work: Uses, execution: Execution, options: ActionStepOptions): Promise<Status> {
  const { job, frame } = execution;
  const given = work.with?.texts(options.scope) ?? {};
  const resolved = resolveUses(work.uses, frame.source, job.sources);
  if (resolved.kind === 'checkout') {
    checkOut(given, execution);
    return 'success';
  }
  const action = readAction(resolved.folder);
  const inputs = completeInputs(action, given, execution);
  foldHeader(execution, inputs);
  if (action.runs.using === 'composite') {
    const { environment, deadline } = options;
    const use = { folder: action.folder, source: resolved.source, runs: action.runs, inputs, environment, deadline };
    return runComposite(use, execution, options.runStep);
  }
  const use = javaScriptUse(action, inputs, resolved);
  if (action.runs.pre && frame.composite) {
    throw new Error('not supported by the test runner: runs.pre of an action inside a composite action');
  }
  if (action.runs.pre && resolved.local) {
    execution.warning(`\`pre\` execution is not supported for local action from '${work.uses}'`);
  }
  if (action.runs.post) {
    // The inputs of a post script are evaluated at the end of the job (actions/runner, ActionRunner.cs `RunAsync`).
    const useAtEnd = () => {
      const givenAtEnd = work.with?.texts(stepScope(frame, execution.environment)) ?? {};
      return javaScriptUse(action, completeInputs(action, givenAtEnd, execution), resolved);
    };
    registerPost(action.runs.post, useAtEnd, execution, options.environment);
  }
  return (await runActionScript(action.runs.main, use, execution)) ? 'success' : 'failure';
}

/** What the scripts of a JavaScript action have in common. An action by `./` has no repository. */
export function javaScriptUse(action: Action, inputs: Record<string, string>, resolved: ResolvedAction): JavaScriptUse {
  const { repository, ref } = resolved.source;
  const github: JavaScriptUse['github'] = resolved.local ? {} : { action_repository: repository, action_ref: ref };
  return { folder: action.folder, inputs, github };
}

/** The given inputs and the defaults of the others; every declared input is there. Unknown ones only give a warning. */
export function completeInputs(
  action: Action,
  given: Record<string, string>,
  execution: Execution,
): Record<string, string> {
  const inputs = new Map(Object.entries(given));
  const givenNames = new Set(Object.keys(given).map(name => name.toLowerCase()));
  for (const input of action.inputs) {
    if (!givenNames.delete(input.name.toLowerCase())) {
      inputs.set(input.name, input.default?.text(inputDefaultScope(execution.job)) ?? '');
    } else if (input.deprecationMessage !== undefined) {
      execution.warning(`Input '${input.name}' has been deprecated with message: ${input.deprecationMessage}`);
    }
  }
  if (givenNames.size > 0) {
    const unexpected = Object.keys(given).filter(name => givenNames.has(name.toLowerCase()));
    execution.warning(
      `Unexpected input(s) ${list(unexpected)}, valid inputs are [${list(action.inputs.map(input => input.name))}]`,
    );
  }
  return Object.fromEntries(inputs);
}

function list(names: string[]): string {
  return `'${names.join("', '")}'`;
}

function foldHeader(execution: Execution, inputs: Record<string, string>): void {
  const { log } = execution.job.machine;
  const given = Object.entries(inputs).filter(([, value]) => value !== '');
  if (given.length > 0) log.folded('with:');
  for (const [name, value] of given) log.folded(`  ${name}: ${value}`);
  const variables = Object.entries(execution.environment);
  if (variables.length > 0) log.folded('env:');
  for (const [name, value] of variables) log.folded(`  ${name}: ${value}`);
}
