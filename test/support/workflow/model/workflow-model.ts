import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../expressions/expressions.ts';
import { Template } from '../expressions/template.ts';
import { withoutBlockScalars } from './block-scalars.ts';
import { NoOperationTraceWriter, parseWorkflow } from './parser.ts';
import { readSteps, type Step } from './step-model.ts';

/** A workflow as its file has it. */
export interface Workflow {
  file: string;
  name: string;
  triggers: string[];
  dispatchInputs: InputDeclaration[];
  env: Template | undefined;
  defaults: Template | undefined;
  permissions: Value;
  jobs: Job[];
}

export interface Job {
  id: string;
  name: Template | undefined;
  needs: string[];
  /** Empty when the job has none. */
  condition: string;
  env: Template | undefined;
  defaults: Template | undefined;
  environment: Template | undefined;
  outputs: Template | undefined;
  continueOnError: Template | undefined;
  timeoutMinutes: Template | undefined;
  permissions: Value;
  steps: Step[];
}

export interface InputDeclaration {
  name: string;
  type: string;
  required: boolean;
  default: string | undefined;
  options: string[];
}

/** Reads and checks a workflow file. Throws with every mistake in it, each with its line and column. */
export function readWorkflow(folder: string, file: string): Workflow {
  const content = withoutBlockScalars(readFileSync(join(folder, file), 'utf8'));
  const { context, value } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(error => error.message);
  if (!value || errors.length > 0) throw new Error(`Invalid workflow file: ${file}\n${errors.join('\n')}`);
  const root = new Template(value, file);
  return {
    file,
    name: root.find('name')?.literal() ?? file,
    triggers: readTriggers(root.find('on')),
    dispatchInputs: readInputs(root.find('on')?.find('workflow_dispatch')?.find('inputs')),
    env: root.find('env'),
    defaults: root.find('defaults')?.find('run'),
    permissions: root.find('permissions')?.value() ?? null,
    jobs: inOrder((root.find('jobs')?.entries() ?? []).map(([id, job]) => readJob(id, job))),
  };
}

function readJob(id: string, job: Template): Job {
  refuse(job, `jobs.${id}`);
  return {
    id,
    name: job.find('name'),
    needs:
      job
        .find('needs')
        ?.items()
        .map(need => need.literal()) ?? [],
    condition: job.find('if')?.condition() ?? '',
    env: job.find('env'),
    defaults: job.find('defaults')?.find('run'),
    environment: job.find('environment'),
    outputs: job.find('outputs'),
    continueOnError: job.find('continue-on-error'),
    timeoutMinutes: job.find('timeout-minutes'),
    permissions: job.find('permissions')?.value() ?? null,
    steps: readSteps(job.find('steps')),
  };
}

function refuse(job: Template, place: string): void {
  const unsupported = {
    'strategy.matrix': job.find('strategy')?.find('matrix'),
    uses: job.find('uses'),
    container: job.find('container'),
    services: job.find('services'),
  };
  for (const [key, found] of Object.entries(unsupported)) {
    if (found) throw new Error(`not supported by the test runner: ${key} (in ${place})`);
  }
}

function readTriggers(on: Template | undefined): string[] {
  if (!on) return [];
  const named = on.entries().map(([name]) => name);
  return named.length > 0 ? named : on.items().map(item => item.literal());
}

function readInputs(inputs: Template | undefined): InputDeclaration[] {
  return (inputs?.entries() ?? []).map(([name, input]) => ({
    name,
    type: input.find('type')?.literal() ?? 'string',
    required: input.find('required')?.value() === true,
    default: input.find('default')?.text(),
    options:
      input
        .find('options')
        ?.items()
        .map(option => option.literal()) ?? [],
  }));
}

/** Each job after those it needs; otherwise as in the file. The parser has refused unknown jobs. */
function inOrder(jobs: Job[]): Job[] {
  const ordered: Job[] = [];
  let waiting = jobs;
  while (waiting.length > 0) {
    const ready = waiting.filter(job => job.needs.every(need => ordered.some(done => done.id === need)));
    if (ready.length === 0) {
      throw new Error(`jobs that cannot start: ${waiting.map(job => `${job.id} needs ${job.needs}`).join('; ')}`);
    }
    ordered.push(...ready);
    waiting = waiting.filter(job => !ready.includes(job));
  }
  return ordered;
}
