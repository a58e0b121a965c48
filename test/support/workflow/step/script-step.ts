import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Scope } from '../expressions/expressions.ts';
import type { Work } from '../model/step-model.ts';
import type { Execution } from './execution.ts';
import { runStepProcess } from './step-process.ts';

type Script = Extract<Work, { kind: 'run' }>;

/** The arguments of the shells a step can name; `{0}` is the script (actions/runner, ScriptHandlerHelpers.cs). */
const SHELL_ARGUMENTS: Record<string, string> = {
  bash: '--noprofile --norc -e -o pipefail {0}',
  sh: '-e {0}',
};

/** Runs a `run` step. False when it exits with another code than 0. */
export async function runScript(script: Script, execution: Execution, scope: Scope): Promise<boolean> {
  const { job, frame } = execution;
  const defaults = frame.composite ? {} : job.defaults;
  const { file, args } = shellOf(script.shell?.text(scope) || defaults.shell);
  const workingDirectory = script.workingDirectory?.text(scope) ?? defaults.workingDirectory ?? '';
  const path = join(job.temp, `${randomUUID()}.sh`);
  const contents = script.run.text(scope);
  writeFileSync(path, contents);
  foldHeader(execution, contents, `${file} ${args.join(' ')}`);
  const exitCode = await runStepProcess(execution, {
    file,
    args: args.map(argument => argument.replace('{0}', path)),
    cwd: resolve(job.sources.workspace, workingDirectory),
    environment: {},
    github: {},
  });
  if (exitCode !== 0) execution.error(`Process completed with exit code ${exitCode}.`);
  return exitCode === 0;
}

/** A step that names no shell has bash without `pipefail`. */
function shellOf(shell: string | undefined): { file: string; args: string[] } {
  if (shell === undefined) return { file: 'bash', args: ['-e', '{0}'] };
  const [file = '', ...given] = shell.split(' ').filter(word => word !== '');
  const args = given.length > 0 ? given : (SHELL_ARGUMENTS[file]?.split(' ') ?? []);
  if (!args.some(argument => argument.includes('{0}'))) {
    throw new Error(`not supported by the test runner: shell: ${shell}. It knows bash, sh and a format with '{0}'`);
  }
  return { file, args };
}

function foldHeader(execution: Execution, contents: string, shell: string): void {
  const { log } = execution.job.machine;
  for (const line of contents.trimEnd().split('\n')) log.folded(line);
  log.folded(`shell: ${shell}`);
  const variables = Object.entries(execution.environment);
  if (variables.length > 0) log.folded('env:');
  for (const [name, value] of variables) log.folded(`  ${name}: ${value}`);
}
