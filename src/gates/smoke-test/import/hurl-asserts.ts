import { parseJsonPath } from '../../../core/json-path.ts';

/** One key of `expect` or of the step, with its value. */
export interface Assertion {
  key: 'status' | 'values' | 'headers' | 'text' | 'within';
  value: unknown;
}

/** Converts an assertion of Hurl; undefined if the flow file has no equivalent. `text` translates names. */
export function convertAssert(line: string, text: (value: string) => string): Assertion | undefined {
  const [, query = '', argument, predicate = '', operand = ''] =
    /^(\w+)(?:\s+"((?:[^"\\]|\\.)*)")?\s+(not\s+\w+|==|!=|>=|<=|>|<|\w+)\s*(.*)$/.exec(line) ?? [];
  const value = parseOperand(operand.trim(), text);
  if (query === 'status' && predicate === '==' && typeof value === 'number') return { key: 'status', value };
  if (query === 'duration' && (predicate === '<' || predicate === '<='))
    return { key: 'within', value: `${Number(operand)}ms` };
  if (query === 'body' && predicate === 'contains') return { key: 'text', value };
  if (argument === undefined) return undefined;
  const path = argument.replaceAll('\\"', '"');
  const wanted = buildMatcher(predicate, value, operand.trim());
  if (wanted === undefined) return undefined;
  if (query === 'jsonpath' && parseJsonPath(path) !== undefined) return { key: 'values', value: { [path]: wanted } };
  if (query === 'header')
    return { key: 'headers', value: { [path]: typeof wanted === 'object' ? wanted : { equals: wanted } } };
  return undefined;
}

function buildMatcher(predicate: string, value: unknown, operand: string): unknown {
  if (predicate === '==') return value;
  if (predicate === '!=') return { 'not-equals': value };
  if (predicate === '>=') return { 'at-least': value };
  if (predicate === '<=') return { 'at-most': value };
  if (predicate === 'contains') return { contains: value };
  if (predicate === 'exists') return { exists: true };
  if (predicate.replace(/\s+/, ' ') === 'not exists') return { exists: false };
  if (predicate === 'startsWith') return { matches: `^${escapePattern(String(value))}` };
  if (predicate === 'endsWith') return { matches: `${escapePattern(String(value))}$` };
  if (predicate !== 'matches') return undefined;
  return { matches: /^\/(.*)\/$/.exec(operand)?.[1] ?? String(value) };
}

function parseOperand(operand: string, text: (value: string) => string): unknown {
  try {
    const value: unknown = JSON.parse(operand);
    return typeof value === 'string' ? text(value) : value;
  } catch {
    return text(operand); // a name in braces, or a pattern
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
