import type { Frame, JobState } from '../state.ts';
import type { Scope, Value } from './expressions.ts';
import { hashFilesFunction, statusFunctions } from './functions.ts';

/** Contexts that steps of a composite action do not have (actions/runner, action_yaml.json). */
const JOB_ONLY = ['secrets', 'vars', 'needs'];
/** Contexts that the default of an action's input has. */
const DEFAULTS = ['github', 'strategy', 'matrix', 'job', 'runner'];

/** What expressions of a step see. `environment` is the `env` context. */
export function stepScope(frame: Frame, environment: Record<string, string>): Scope {
  const { job, composite } = frame;
  const contexts: Record<string, Value> = { ...jobContexts(job), env: environment, steps: frame.steps };
  if (composite) {
    for (const name of JOB_ONLY) delete contexts[name];
    contexts.github = { ...job.contexts.github, action_path: composite.actionPath, action_status: frame.status() };
  }
  contexts.inputs = frame.inputs;
  const functions = statusFunctions(
    () => frame.status(),
    () => job.status,
  );
  return { contexts, functions: [...functions, hashFilesFunction(job.sources.workspace)] };
}

/** What the default of an action's input sees. */
export function inputDefaultScope(job: JobState): Scope {
  const contexts = Object.entries(jobContexts(job)).filter(([name]) => DEFAULTS.includes(name));
  return { contexts: Object.fromEntries(contexts), functions: [hashFilesFunction(job.sources.workspace)] };
}

function jobContexts(job: JobState): Record<string, Value> {
  return { ...job.contexts, job: { status: job.status } };
}
