import { delimiter } from 'node:path';
import { CommandInterpreter } from '../commands/command-interpreter.ts';
import { type CommandFiles, createCommandFiles, processCommandFiles } from '../commands/file-commands.ts';
import { asText, type Value } from '../expressions/expressions.ts';
import { runProcess } from '../process.ts';
import { type Execution, Interrupted } from './execution.ts';

/** Members of the `github` context that become GITHUB_* (actions/runner, GitHubContext.cs). The token is not one. */
const EXPOSED_GITHUB = [
  'action',
  'action_path',
  'action_ref',
  'action_repository',
  'actor',
  'actor_id',
  'api_url',
  'base_ref',
  'env',
  'event_name',
  'event_path',
  'graphql_url',
  'head_ref',
  'job',
  'output',
  'path',
  'ref',
  'ref_name',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'retention_days',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'state',
  'step_summary',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'workspace',
];

export interface StepProcess {
  file: string;
  args: string[];
  cwd: string;
  /** On top of what every step has: INPUT_* and STATE_*. */
  environment: Record<string, string>;
  /** On top of the job's `github` context: what differs by action. */
  github: Record<string, Value>;
}

/**
 * Runs one process of a step, carries out its commands and reads the files it wrote.
 * Gives the exit code; throws `Interrupted` when the step was cancelled or timed out meanwhile.
 */
export async function runStepProcess(execution: Execution, request: StepProcess): Promise<number> {
  const { job } = execution;
  const commands = new CommandInterpreter(execution);
  const files = createCommandFiles(job.temp);
  try {
    const result = await runProcess({
      file: request.file,
      args: request.args,
      cwd: request.cwd,
      env: processEnvironment(execution, request, files),
      timing: job.machine.timing,
      signal: execution.signal,
      onStart: group => job.processGroups.push(group),
      onLine: line => {
        if (!commands.process(line)) execution.output(line);
      },
    });
    job.processes.push(result);
    if (execution.signal.aborted) throw new Interrupted();
    return result.exitCode;
  } finally {
    processCommandFiles(files, execution);
  }
}

function processEnvironment(execution: Execution, request: StepProcess, files: CommandFiles): Record<string, string> {
  const { job, environment } = execution;
  const base: Record<string, string> = { ...job.machine.environment, ...environment };
  const path = [...job.path.toReversed(), base.PATH ?? ''].join(delimiter);
  const github = { ...githubOf(execution), ...request.github, ...fileContext(files) };
  return {
    CI: 'true',
    ...base,
    ...request.environment,
    ...variables('GITHUB_', EXPOSED_GITHUB, github),
    ...variables('RUNNER_', Object.keys(job.contexts.runner), job.contexts.runner),
    PATH: path,
    GITHUB_ACTIONS: 'true',
  };
}

function githubOf({ frame, contextName, job }: Execution): Record<string, Value> {
  const { composite } = frame;
  if (!composite) return { ...job.contexts.github, action: contextName };
  return { ...job.contexts.github, action: composite.contextName, action_path: composite.actionPath };
}

function fileContext(files: CommandFiles): Record<string, Value> {
  return {
    output: files.output,
    env: files.env,
    path: files.path,
    state: files.state,
    step_summary: files.summary,
  };
}

function variables(prefix: string, names: string[], context: Record<string, Value>): Record<string, string> {
  const present = names.flatMap(name => {
    const value = context[name];
    return value === undefined || value === null ? [] : [[`${prefix}${name.toUpperCase()}`, asText(value)]];
  });
  return Object.fromEntries(present);
}
