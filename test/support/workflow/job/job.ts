import { type Annotation, Annotations } from '../commands/annotations.ts';
import { messageOf } from '../errors.ts';
import { evaluateCondition, isTruthy, type Scope, type Value } from '../expressions/expressions.ts';
import type { Job, Workflow } from '../model/workflow-model.ts';
import type { Run } from '../setup.ts';
import type { JobResult, StepResult } from '../state.ts';
import { worse } from '../step/composite-step.ts';
import { runPre } from '../step/pre-step.ts';
import { runStep } from '../step/step.ts';
import { conditionScope, needsContext } from './job-condition.ts';
import { concludeJob, jobScope } from './job-outputs.ts';
import { type StartedJob, startJob } from './job-state.ts';

/** Runs a job, or skips it by its condition and the results so far. */
export async function runJob(
  job: Job,
  workflow: Workflow,
  run: Run,
  inputs: Record<string, Value>,
  results: Record<string, JobResult>,
): Promise<JobResult> {
  const { log } = run.machine;
  const needs = needsContext(job, results);
  const scope = conditionScope(job, workflow, run, { inputs, needs }, results);
  const name = job.name?.text(scope) ?? job.id;
  if (!evaluateCondition(job.condition, scope)) {
    log.jobEnded(name, 'skipped', 0);
    return { result: 'skipped', outputs: {}, steps: [], annotations: [] };
  }
  const started = performance.now();
  run.grant(grantedTo(job, workflow));
  const jobInProgress = startJob(run, job.id, { inputs, needs });
  const stopWatching = watch(job, scope, run, jobInProgress);
  log.jobStarted(name);
  try {
    const result = await conductJob(job, workflow, jobInProgress);
    log.jobEnded(name, result.result, performance.now() - started);
    return result;
  } finally {
    stopWatching();
    jobInProgress.finish();
  }
}

/** What the token of the job may do: what the job says, otherwise what the workflow says. */
function grantedTo(job: Job, workflow: Workflow): Record<string, string> | undefined {
  const permissions = job.permissions ?? workflow.permissions;
  if (permissions === null || typeof permissions !== 'object') return undefined;
  return Object.fromEntries(Object.entries(permissions).map(([scope, level]) => [scope, String(level)]));
}

async function conductJob(job: Job, workflow: Workflow, started: StartedJob): Promise<JobResult> {
  const { state } = started;
  const result: JobResult = { result: 'success', outputs: {}, steps: [], annotations: [] };
  const annotations = new Annotations();
  const report = (annotation: Annotation) => state.machine.log.annotation(annotations.add(annotation));
  try {
    prepareJob(job, workflow, started);
    await runSteps(job, started, result.steps);
  } catch (error) {
    report({ level: 'error', message: messageOf(error) });
    state.status = worse(state.status, 'failure');
  }
  concludeJob(job, started, result, report);
  result.annotations = annotations.kept;
  const forgiven = state.status === 'failure' && isTruthy(job.continueOnError?.value(jobScope(started)) ?? false);
  result.result = forgiven ? 'success' : state.status;
  return result;
}

function prepareJob(job: Job, workflow: Workflow, started: StartedJob): void {
  const { state } = started;
  state.environment = workflow.env?.texts(jobScope(started)) ?? {};
  state.environment = { ...state.environment, ...job.env?.texts(jobScope(started)) };
  const defaults = [workflow.defaults, job.defaults];
  const last = (key: string) => defaults.map(run => run?.find(key)?.text(jobScope(started))).findLast(Boolean);
  const [shell, workingDirectory] = [last('shell'), last('working-directory')];
  state.defaults = { ...(shell ? { shell } : {}), ...(workingDirectory ? { workingDirectory } : {}) };
}

async function runSteps(job: Job, { state, frame }: StartedJob, results: StepResult[]): Promise<void> {
  const record = (result: StepResult | undefined) => {
    if (!result) return;
    results.push(result);
    if (result.conclusion === 'failure') state.status = worse(state.status, 'failure');
  };
  const steps = job.steps.map(step => ({ step, saved: {} }));
  for (const { step, saved } of steps) record(await runPre(step, frame, saved));
  for (const { step, saved } of steps) record(await runStep(step, frame, saved));
  for (let post = state.posts.pop(); post; post = state.posts.pop()) record(await post());
}

/**
 * Cancels the job when the run is cancelled and the job's condition, asked again, no longer holds; or at its timeout.
 * A job that starts after the cancellation is not asked.
 */
function watch(job: Job, scope: Scope, run: Run, started: StartedJob): () => void {
  const askAgain = () => {
    if (!evaluateCondition(job.condition, scope)) started.cancel();
  };
  if (!run.signal.aborted) run.signal.addEventListener('abort', askAgain, { once: true });
  const minutes = Number(job.timeoutMinutes?.value(scope) ?? 0);
  const expire = () => {
    const message = `The job has exceeded the maximum execution time of ${minutes} minutes.`;
    run.machine.log.annotation({ level: 'error', message });
    started.cancel();
  };
  const timer = minutes > 0 ? setTimeout(expire, minutes * run.machine.timing.minute) : undefined;
  return () => {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', askAgain);
  };
}
