import type { Value } from './expressions/expressions.ts';
import type { InputDeclaration, Workflow } from './model/workflow-model.ts';

export interface WorkflowEvent {
  name: 'workflow_dispatch' | 'push' | 'pull_request';
  payload?: object;
  inputs?: Record<string, string>;
}

const EVENTS = ['workflow_dispatch', 'push', 'pull_request'] as const;

/** The event as given, or the first that starts the workflow. Throws when the workflow does not start on it. */
export function chooseEvent(workflow: Workflow, given: WorkflowEvent | undefined): WorkflowEvent {
  const name = given?.name ?? EVENTS.find(event => workflow.triggers.includes(event));
  if (name === undefined || !workflow.triggers.includes(name)) {
    const starts = workflow.triggers.join(', ');
    throw new Error(`${workflow.file} does not start on ${name ?? EVENTS.join(', ')}; it starts on ${starts}`);
  }
  return { ...given, name };
}

/**
 * The `inputs` context of a dispatched workflow: booleans and numbers are such, all else is text.
 * Throws where GitHub refuses the dispatch: a required input without a value, an unknown input, an unknown choice.
 */
export function dispatchInputs(declared: InputDeclaration[], given: Record<string, string>): Record<string, Value> {
  const unexpected = Object.keys(given).filter(name => !declared.some(input => input.name === name));
  if (unexpected.length > 0) throw new Error(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  return Object.fromEntries(declared.map(input => [input.name, typed(input, givenValue(input, given))]));
}

function givenValue(input: InputDeclaration, given: Record<string, string>): string {
  const value = given[input.name] ?? input.default ?? '';
  if (value === '' && input.required) throw new Error(`Required input '${input.name}' not provided`);
  if (value !== '' && input.options.length > 0 && !input.options.includes(value)) {
    throw new Error(`Provided value '${value}' for input '${input.name}' not in the list of allowed values`);
  }
  return value;
}

function typed(input: InputDeclaration, value: string): Value {
  if (input.type === 'boolean') return value === 'true';
  if (input.type === 'number' && value !== '') return Number(value);
  return value;
}
