import { isVariableName } from '../../../config/interpolation.ts';

/** A step as it stands in a flow file. */
export type StepText = Record<string, unknown>;

/** What an import makes: flows by name, and a note of everything that was not carried over. */
export interface Imported {
  flows: Map<string, StepText[]>;
  notes: string[];
}

/** A name that the configuration takes. */
export function nameOf(text: string, fallback = 'imported'): string {
  const name = text
    .trim()
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '');
  return name === '' ? fallback : name;
}

/** The same name, or with a number where another flow has it. */
export function unusedName(name: string, flows: ReadonlyMap<string, unknown>): string {
  if (!flows.has(name)) return name;
  for (let number = 2; ; number++) if (!flows.has(`${name}-${number}`)) return `${name}-${number}`;
}

/**
 * A variable of another tool: one that a step captures keeps its name, every other is read from the step's environment.
 */
export function reference(name: string, captured: ReadonlySet<string>): string {
  return `\${${captured.has(name) ? nameOf(name) : variableName(name)}}`;
}

export function variableName(name: string): string {
  if (isVariableName(name)) return name;
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .replace(/^(\d)/, '_$1')
    .toUpperCase();
}

/** `{{name}}` of Hurl and Postman, as ours; what looks like ours is escaped. */
export function translated(text: string, captured: ReadonlySet<string>): string {
  return text
    .replaceAll('${', '$${')
    .replace(/\{\{\s*([\w$.-]+)\s*\}\}/g, (_, name: string) => reference(name, captured));
}
