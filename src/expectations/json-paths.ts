import { invalidValue } from '../config/findings.ts';
import { GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { isMapping } from '../core/is-mapping.ts';
import { followPath, parseJsonPath } from '../core/json-path.ts';

let engine: typeof import('./rfc9535.ts') | undefined;

/** Loads what evaluates paths that can select several values, if the rules in some expected JSON have such paths. */
export async function loadPathsOf(expected: unknown): Promise<void> {
  if (listRulePaths(expected).some(path => parseJsonPath(path) === undefined)) await loadPathEngine();
}

export async function loadPathEngine(): Promise<void> {
  engine ??= await import('./rfc9535.ts');
}

/** The paths of the rule `$values`, or `values`, at any depth of a value. */
export function listRulePaths(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(/^\$?values$/.test(key) && isMapping(item) ? Object.keys(item).filter(path => path.startsWith('$')) : []),
    ...listRulePaths(item),
  ]);
}

/** The values that a path selects; none if it leads nowhere. Throws a GateError if what evaluates it is not loaded. */
export function selectValues(text: string, document: unknown): unknown[] {
  const path = parseJsonPath(text);
  if (path !== undefined) {
    const led = followPath(path, document);
    return led.found ? [led.value] : [];
  }
  if (engine !== undefined) return engine.queryPath(document, text);
  const message = `The path ${text} can select several values, which this expectation does not support.`;
  throw new GateError([found(invalidValue, { message, help: 'Write a path to one value, such as $.items[0].id.' })]);
}
