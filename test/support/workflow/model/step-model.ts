import type { Template, Texts } from '../expressions/template.ts';

/** A step as its file has it, of a job or of a composite action. */
export interface Step {
  id: string | undefined;
  /** What GITHUB_ACTION says: the id, or one made from what the step runs. */
  contextName: string;
  name: Template | undefined;
  /** Empty when the step has none. */
  condition: string;
  env: Texts | undefined;
  continueOnError: Template | undefined;
  timeoutMinutes: Template | undefined;
  work: Work;
}

export type Work =
  | { kind: 'uses'; uses: string; with: Texts | undefined }
  | { kind: 'run'; run: Template; shell: Template | undefined; workingDirectory: Template | undefined };

/** Reads `steps`. Throws for what the test runner does not support. */
export function readSteps(steps: Template | undefined): Step[] {
  const names = new Map<string, number>();
  return steps ? steps.items().map(step => readStep(step, names)) : [];
}

function readStep(step: Template, names: Map<string, number>): Step {
  const id = step.find('id')?.literal();
  const work = readWork(step);
  return {
    id,
    contextName: id ?? uniqueName(work, names),
    name: step.find('name'),
    condition: step.find('if')?.condition() ?? '',
    env: step.find('env'),
    continueOnError: step.find('continue-on-error'),
    timeoutMinutes: step.find('timeout-minutes'),
    work,
  };
}

function readWork(step: Template): Work {
  const uses = step.find('uses');
  if (uses) return { kind: 'uses', uses: uses.literal(), with: step.find('with') };
  const run = step.find('run');
  if (run) {
    return { kind: 'run', run, shell: step.find('shell'), workingDirectory: step.find('working-directory') };
  }
  throw new Error('not supported by the test runner: a step with neither uses nor run');
}

function uniqueName(work: Work, names: Map<string, number>): string {
  const base = work.kind === 'run' ? '__run' : `__${work.uses.replace(/@.*$/, '').replace(/[^\w-]+/g, '_')}`;
  const count = (names.get(base) ?? 0) + 1;
  names.set(base, count);
  return count === 1 ? base : `${base}_${count}`;
}
