import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';

export type Status = 'success' | 'failure' | 'cancelled';
export type Conclusion = Status | 'skipped';

/**
 * `success()`, `failure()`, `always()` and `cancelled()`.
 *
 * Inside a composite action the first two ask for the status of the action, `cancelled()` still asks the job
 * (actions/runner, Expressions/SuccessFunction.cs and CancelledFunction.cs): hence the two arguments.
 */
export function statusFunctions(own: () => Conclusion, job: () => Status): FunctionDefinition[] {
  return [
    nullary('success', () => own() === 'success'),
    nullary('failure', () => own() === 'failure'),
    nullary('always', () => true),
    nullary('cancelled', () => job() === 'cancelled'),
  ];
}

/** `hashFiles(pattern, …)`: the SHA-256 of the SHA-256s of the matching files; empty when no file matches. */
export function hashFilesFunction(workspace: string): FunctionDefinition {
  return {
    name: 'hashFiles',
    minArgs: 1,
    maxArgs: 255,
    call: (...patterns) =>
      new data.StringData(
        hashFiles(
          workspace,
          patterns.map(pattern => pattern.coerceString()),
        ),
      ),
  };
}

function nullary(name: string, answer: () => boolean): FunctionDefinition {
  return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer()) };
}

function hashFiles(workspace: string, patterns: string[]): string {
  const wanted = patterns.flatMap(pattern => pattern.split('\n')).filter(pattern => !pattern.startsWith('--'));
  const included = wanted.filter(pattern => pattern !== '' && !pattern.startsWith('!'));
  const excluded = wanted.filter(pattern => pattern.startsWith('!')).map(pattern => pattern.slice(1));
  const files = globSync(included, { cwd: workspace, exclude: excluded })
    .map(file => resolve(workspace, file))
    .filter(file => statSync(file).isFile())
    .sort();
  if (files.length === 0) return '';
  const total = createHash('sha256');
  for (const file of files) total.update(createHash('sha256').update(readFileSync(file)).digest());
  return total.digest('hex');
}
