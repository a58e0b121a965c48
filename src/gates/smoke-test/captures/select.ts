import { followPath, formatJsonPath, parseJsonPath } from '../../../core/json-path.ts';

/** The values that a path matches, or why there are none. */
export type Selected = { values: unknown[] } | { missing: string };

/** Selects what a JSON path (RFC 9535) matches. Only paths that can match several values load the library. */
export async function select(text: string, document: unknown): Promise<Selected> {
  const path = parseJsonPath(text);
  if (path === undefined) {
    const { queryPath } = await import('../../../expectations/rfc9535.ts');
    const values = queryPath(document, text);
    return values.length > 0 ? { values } : { missing: `${text} matches nothing; ${describe(document, '$')}` };
  }
  const result = followPath(path, document);
  if (result.found) return { values: [result.value] };
  return { missing: `${text} is missing; ${describe(result.last, formatJsonPath(path.slice(0, result.depth)))}` };
}

function describe(value: unknown, at: string): string {
  if (Array.isArray(value)) return `${at} is a list of ${value.length}`;
  if (value === null || typeof value !== 'object') return `${at} is ${value === null ? 'null' : `a ${typeof value}`}`;
  const keys = Object.keys(value);
  const more = keys.length > 10 ? `, and ${keys.length - 10} more` : '';
  return keys.length === 0 ? `${at} is empty` : `${at} has ${keys.slice(0, 10).join(', ')}${more}`;
}
