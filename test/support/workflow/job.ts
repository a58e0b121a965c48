import { type Annotation, Annotations } from './annotations.ts';
import { worse } from './composite-step.ts';
import { stepScope } from './contexts.ts';
import { messageOf } from './errors.ts';
import { evaluateCondition, isTruthy, type Scope, type Value } from './expressions.ts';
import { type Conclusion, statusFunctions } from './functions.ts';
import { type StartedJob, startJob } from './job-state.ts';
import { runPre } from './pre-step.ts';
import type { Run } from './setup.ts';
import type { StepResult } from './state.ts';
import { runStep } from './step.ts';
import type { Template } from './template.ts';
import type { Job, Workflow } from './workflow-model.ts';

export interface JobResult {
  result: Conclusion;
  outputs: Record<string, string>;
  /** With the pre and post scripts of actions, in the order they ran. */
  steps: StepResult[];
  /** Of the job itself, such as those about its outputs. */
  annotations: Annotation[];
  environment?: { name: string; url?: string };
}

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
  log.jobStarted(name);
  const jobInProgress = startJob(run, job.id, { inputs, needs });
  const stopWatching = watch(job, scope, run, jobInProgress);
  try {
    const result = await conductJob(job, workflow, jobInProgress);
    log.jobEnded(name, result.result, performance.now() - started);
    return result;
  } finally {
    stopWatching();
    jobInProgress.finish();
  }
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

/** Outputs and the environment's URL are set for failed jobs too; one that holds a secret is dropped. */
function concludeJob(job: Job, started: StartedJob, result: JobResult, report: (annotation: Annotation) => void): void {
  const { masks } = started.state.machine;
  try {
    for (const [name, value] of Object.entries(job.outputs?.texts(jobScope(started)) ?? {})) {
      if (value === '') continue;
      if (masks.hides(value)) {
        report({ level: 'warning', message: `Skip output '${name}' since it may contain secret.` });
      } else result.outputs[name] = value;
    }
  } catch (error) {
    report({ level: 'error', message: 'Fail to evaluate job outputs' });
    report({ level: 'error', message: messageOf(error) });
    started.state.status = worse(started.state.status, 'failure');
  }
  if (job.environment) result.environment = environmentOf(job.environment, started, report);
}

function environmentOf(
  environment: Template,
  started: StartedJob,
  report: (annotation: Annotation) => void,
): { name: string; url?: string } {
  const scope = jobScope(started);
  const name = (environment.find('name') ?? environment).text(scope);
  const url = environment.find('url')?.text(scope) ?? '';
  if (url === '') return { name };
  if (!started.state.machine.masks.hides(url)) return { name, url };
  const message = `Skip setting environment url as environment '${name}' may contain secret.`;
  report({ level: 'warning', message });
  return { name };
}

function jobScope({ state, frame }: StartedJob): Scope {
  return stepScope(frame, state.environment);
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

function needsContext(job: Job, results: Record<string, JobResult>): Record<string, Value> {
  return Object.fromEntries(
    job.needs.map(need => {
      const { result = 'skipped', outputs = {} } = results[need] ?? {};
      return [need, { result, outputs }];
    }),
  );
}

/** `success()` and `failure()` of a job look at every job before it, not only at those it names. */
function conditionScope(
  job: Job,
  workflow: Workflow,
  run: Run,
  contexts: { inputs: Record<string, Value>; needs: Record<string, Value> },
  results: Record<string, JobResult>,
): Scope {
  const ancestors = [...ancestorsOf(job, workflow)].map(id => results[id]?.result ?? 'skipped');
  const cancelled = () => run.signal.aborted;
  const functions = statusFunctions(
    () => (cancelled() ? 'cancelled' : chainStatus(ancestors)),
    () => (cancelled() ? 'cancelled' : 'success'),
  );
  return { contexts: { ...contexts, github: run.github, vars: run.vars, strategy: {}, matrix: {} }, functions };
}

/** A chain with a skipped or cancelled job in it has neither succeeded nor failed. */
function chainStatus(results: Conclusion[]): Conclusion {
  if (results.includes('failure')) return 'failure';
  return results.find(result => result !== 'success') ?? 'success';
}

function ancestorsOf(job: Job, workflow: Workflow): Set<string> {
  const found = new Set(job.needs);
  for (const id of found) {
    for (const need of workflow.jobs.find(other => other.id === id)?.needs ?? []) found.add(need);
  }
  return found;
}
