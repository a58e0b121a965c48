import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../expressions/expressions.ts';
import type { Execution } from './execution.ts';
import { runStepProcess } from './step-process.ts';

/** What stays the same for the pre, main and post script of one use of an action. */
export interface JavaScriptUse {
  folder: string;
  inputs: Record<string, string>;
  github: Record<string, Value>;
}

/** Runs one script of a JavaScript action. False when it exits with another code than 0. */
export async function runActionScript(script: string, use: JavaScriptUse, execution: Execution): Promise<boolean> {
  const target = join(use.folder, script);
  if (!existsSync(target)) throw new Error(`File not found: '${target}'`);
  const exitCode = await runStepProcess(execution, {
    file: execution.job.machine.node,
    args: [target],
    cwd: execution.workspace,
    environment: { ...stateVariables(execution.state), ...inputVariables(use.inputs) },
    github: use.github,
  });
  return exitCode === 0;
}

/** INPUT_ and the name in upper case, blanks as `_`, hyphens kept (actions/runner, Handler.cs). */
function inputVariables(inputs: Record<string, string>): Record<string, string> {
  const named = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ]);
  return Object.fromEntries(named);
}

function stateVariables(state: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}
