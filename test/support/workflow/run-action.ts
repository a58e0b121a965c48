import { cpSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { WorkflowEvent } from './event.ts';
import { startJob } from './job/job-state.ts';
import type { Step } from './model/step-model.ts';
import { type RunOptions, setUpRun } from './setup.ts';
import type { StepResult } from './state.ts';
import { worse } from './step/composite-step.ts';
import { runStep } from './step/step.ts';

export interface ActionRun extends RunOptions {
  /** Absolute folder of the action. */
  action: string;
  with?: Record<string, string>;
  /** `env` of the step. */
  stepEnv?: Record<string, string>;
  /** Absolute folder whose content is in the workspace. Default: the workspace is empty. */
  consumer?: string;
  /** Absolute folder of the repository that has the action: what `$/…` in it means. Default: the action's folder. */
  suite?: string;
  event?: WorkflowEvent;
}

export interface ActionResult extends StepResult {
  /** Of the last process of the main stage; `undefined` when there was none. */
  exitCode: number | undefined;
  /** As the processes of the main stage wrote them, unmasked. */
  stdout: string;
  stderr: string;
  /** What the action wrote to GITHUB_ENV. */
  environment: Record<string, string>;
  /** The post scripts, in the order they ran. */
  posts: StepResult[];
  log: string;
}

/** Runs one action as the only step of a job. */
export async function runAction(options: ActionRun): Promise<ActionResult> {
  const event = options.event ?? { name: 'workflow_dispatch' };
  const suite = options.suite ?? options.action;
  const workflow = { name: 'test', file: '.github/workflows/test.yml' };
  const run = setUpRun(options, { consumer: options.consumer ?? suite, suite, workflow, event });
  const job = startJob(run, 'test', { inputs: {}, needs: {} });
  const { state } = job;
  const cancel = () => job.cancel();
  if (run.signal.aborted) cancel();
  else run.signal.addEventListener('abort', cancel, { once: true });
  try {
    if (options.consumer !== undefined) cpSync(options.consumer, state.sources.workspace, { recursive: true });
    const result = await runStep(actionStep(options), { ...job.frame, source: run.suite });
    if (result.conclusion === 'failure') state.status = worse(state.status, 'failure');
    const processes = [...state.processes];
    const posts: StepResult[] = [];
    for (let post = state.posts.pop(); post; post = state.posts.pop()) posts.push(await post());
    return {
      ...result,
      exitCode: processes.at(-1)?.exitCode,
      stdout: processes.map(process => process.stdout).join(''),
      stderr: processes.map(process => process.stderr).join(''),
      environment: state.environment,
      posts,
      log: run.machine.log.text(),
    };
  } finally {
    run.signal.removeEventListener('abort', cancel);
    job.finish();
  }
}

function actionStep(options: ActionRun): Step {
  const { suite = options.action, with: given = {}, stepEnv = {} } = options;
  const path = relative(suite, options.action);
  if (path.startsWith('..') || isAbsolute(path)) throw new Error(`${options.action} is not in ${suite}`);
  const uses = `${join('OWNER/release-gates', path)}@main`;
  return {
    id: 'action',
    contextName: 'action',
    name: undefined,
    condition: '',
    env: { texts: () => stepEnv },
    continueOnError: undefined,
    timeoutMinutes: undefined,
    work: { kind: 'uses', uses, with: { texts: () => given } },
  };
}
