import { isVariableName } from '../../../config/interpolation.ts';

/** A step as written in a flow file. */
export type StepText = Record<string, unknown>;

/** The result of an import: flows by name, and a note on everything that was not imported. */
export interface Imported {
  flows: Map<string, StepText[]>;
  notes: string[];
}

/** Converts a text to a valid name of the configuration. */
export function toName(text: string, fallback = 'imported'): string {
  const name = text
    .trim()
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '');
  return name === '' ? fallback : name;
}

/** The name, with a number if another flow has it. */
export function findUnusedName(name: string, flows: ReadonlyMap<string, unknown>): string {
  if (!flows.has(name)) return name;
  for (let number = 2; ; number++) if (!flows.has(`${name}-${number}`)) return `${name}-${number}`;
}

/** Refers to a variable of another tool. A captured one keeps its name; any other comes from the step's environment. */
export function formatReference(name: string, captured: ReadonlySet<string>): string {
  return `\${${captured.has(name) ? toName(name) : toVariableName(name)}}`;
}

export function toVariableName(name: string): string {
  if (isVariableName(name)) return name;
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .replace(/^(\d)/, '_$1')
    .toUpperCase();
}

/** Converts the `{{name}}` of Hurl and Postman, and escapes `${`. */
export function translateNames(text: string, captured: ReadonlySet<string>): string {
  return text
    .replaceAll('${', '$${')
    .replace(/\{\{\s*([\w$.-]+)\s*\}\}/g, (_, name: string) => formatReference(name, captured));
}
