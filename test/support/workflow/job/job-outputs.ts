import type { Annotation } from '../commands/annotations.ts';
import { messageOf } from '../errors.ts';
import { stepScope } from '../expressions/contexts.ts';
import type { Scope } from '../expressions/expressions.ts';
import type { Template } from '../expressions/template.ts';
import type { Job } from '../model/workflow-model.ts';
import type { JobResult } from '../state.ts';
import { worse } from '../step/composite-step.ts';
import type { StartedJob } from './job-state.ts';

/** Outputs and the environment's URL are set for failed jobs too; one that holds a secret is dropped. */
export function concludeJob(
  job: Job,
  started: StartedJob,
  result: JobResult,
  report: (annotation: Annotation) => void,
): void {
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

/** What expressions of a job see that belong to no step. */
export function jobScope({ state, frame }: StartedJob): Scope {
  return stepScope(frame, state.environment);
}
