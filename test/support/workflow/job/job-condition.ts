import type { Scope, Value } from '../expressions/expressions.ts';
import { type Conclusion, statusFunctions } from '../expressions/functions.ts';
import type { Job, Workflow } from '../model/workflow-model.ts';
import type { Run } from '../setup.ts';
import type { JobResult } from '../state.ts';

/** The `needs` context of a job. */
export function needsContext(job: Job, results: Record<string, JobResult>): Record<string, Value> {
  return Object.fromEntries(
    job.needs.map(need => {
      const { result = 'skipped', outputs = {} } = results[need] ?? {};
      return [need, { result, outputs }];
    }),
  );
}

/** `success()` and `failure()` of a job look at every job before it, not only at those it names. */
export function conditionScope(
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
