import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '../expressions/template.ts';
import { withoutBlockScalars } from './block-scalars.ts';
import { NoOperationTraceWriter, parseAction } from './parser.ts';
import { readSteps, type Step } from './step-model.ts';

/** An action as its action.yml has it. */
export interface Action {
  folder: string;
  inputs: ActionInput[];
  runs: JavaScriptRuns | CompositeRuns;
}

export interface ActionInput {
  name: string;
  default: Template | undefined;
  deprecationMessage: string | undefined;
}

export interface JavaScriptRuns {
  using: 'node';
  pre: Script | undefined;
  main: string;
  post: Script | undefined;
}

/** A script of the action and when it runs. */
export interface Script {
  file: string;
  condition: string;
}

export interface CompositeRuns {
  using: 'composite';
  steps: Step[];
  outputs: [name: string, value: Template][];
}

const NODE_VERSIONS = ['node20', 'node24'];

/** Reads the action in a folder. Throws the runner's error when there is none. */
export function readAction(folder: string): Action {
  const file = ['action.yml', 'action.yaml'].find(name => existsSync(join(folder, name)));
  if (!file) {
    throw new Error(
      `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}'. ` +
        'Did you forget to run actions/checkout before running your local action?',
    );
  }
  const path = join(folder, file);
  const content = withoutBlockScalars(readFileSync(path, 'utf8'));
  const { context, value } = parseAction({ name: path, content }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(error => error.message);
  if (!value || errors.length > 0) throw new Error(`Invalid action file: ${path}\n${errors.join('\n')}`);
  const root = new Template(value, path);
  return { folder, inputs: readInputs(root.find('inputs')), runs: readRuns(root, path) };
}

function readInputs(inputs: Template | undefined): ActionInput[] {
  return (inputs?.entries() ?? []).map(([name, input]) => ({
    name,
    default: input.find('default'),
    deprecationMessage: input.find('deprecationMessage')?.literal(),
  }));
}

function readRuns(root: Template, path: string): JavaScriptRuns | CompositeRuns {
  const runs = root.find('runs');
  const using = runs?.find('using')?.literal() ?? '';
  if (runs && using === 'composite') {
    return { using, steps: readSteps(runs.find('steps')), outputs: readOutputs(root.find('outputs')) };
  }
  if (runs && NODE_VERSIONS.includes(using)) {
    return {
      using: 'node',
      pre: readScript(runs, 'pre'),
      main: runs.find('main')?.literal() ?? '',
      post: readScript(runs, 'post'),
    };
  }
  throw new Error(`not supported by the test runner: runs.using ${using} (in ${path})`);
}

function readScript(runs: Template, key: 'pre' | 'post'): Script | undefined {
  const file = runs.find(key)?.literal();
  return file === undefined ? undefined : { file, condition: runs.find(`${key}-if`)?.condition() ?? 'always()' };
}

function readOutputs(outputs: Template | undefined): [string, Template][] {
  return (outputs?.entries() ?? []).flatMap(([name, output]) => {
    const value = output.find('value');
    return value ? [[name, value]] : [];
  });
}
