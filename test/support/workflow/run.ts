import { chooseEvent, dispatchInputs, type WorkflowEvent } from './event.ts';
import { runJob } from './job/job.ts';
import { readWorkflow, type Workflow } from './model/workflow-model.ts';
import { type Run, type RunOptions, setUpRun } from './setup.ts';
import { resolveUses } from './sources.ts';
import type { JobResult } from './state.ts';

export interface WorkflowRun extends RunOptions {
  /** Path of the workflow file in the consumer's folder, such as `.github/workflows/release.yml`. */
  workflow: string;
  /** Absolute folder of the consumer's repository: what a checkout gives and `$/…` in the workflow means. */
  consumer: string;
  /** Absolute folder of this repository: what `<owner>/release-gates[/path]@ref` means. */
  suite: string;
  /** Default: the first of workflow_dispatch, push and pull_request that starts the workflow. */
  event?: WorkflowEvent;
}

export interface WorkflowResult {
  conclusion: 'success' | 'failure' | 'cancelled';
  jobs: Record<string, JobResult>;
  /** The whole log, masked, with what GitHub folds away. */
  log: string;
}

/**
 * Runs a workflow as GitHub does, one job after another, on this machine.
 * Throws where GitHub would not start it (an invalid file, a refused dispatch) and for what is not supported.
 */
export async function runWorkflow(options: WorkflowRun): Promise<WorkflowResult> {
  const workflow = readWorkflow(options.consumer, options.workflow);
  const event = chooseEvent(workflow, options.event);
  const inputs = event.name === 'workflow_dispatch' ? dispatchInputs(workflow.dispatchInputs, event.inputs ?? {}) : {};
  const run = setUpRun(options, { consumer: options.consumer, suite: options.suite, workflow, event });
  refuseUnknownActions(workflow, run);
  const jobs: Record<string, JobResult> = {};
  for (const job of workflow.jobs) jobs[job.id] = await runJob(job, workflow, run, inputs, jobs);
  return { conclusion: conclude(run, jobs), jobs, log: run.machine.log.text() };
}

/** GitHub fetches all actions of a job before its first step; here, an unknown action is an error before anything runs. */
function refuseUnknownActions(workflow: Workflow, run: Run): void {
  const sources = { consumer: run.consumer, suite: run.suite, standIns: run.standIns, workspace: '' };
  for (const { work } of workflow.jobs.flatMap(job => job.steps)) {
    if (work.kind === 'uses') resolveUses(work.uses, run.consumer, sources);
  }
}

function conclude(run: Run, jobs: Record<string, JobResult>): WorkflowResult['conclusion'] {
  const results = Object.values(jobs).map(job => job.result);
  const stopped = run.signal.aborted && results.some(result => result === 'cancelled' || result === 'skipped');
  if (stopped) return 'cancelled';
  if (results.includes('failure')) return 'failure';
  return results.includes('cancelled') ? 'cancelled' : 'success';
}
