import { parseExactly } from './big-integers.ts';

/** How deep lists and objects may be nested (RFC 8259, section 9, allows a limit). No service answers deeper. */
export const deepest = 500;

/**
 * The parsed value, wrapped in an object because `null` is JSON too; undefined if the text is not JSON, or is nested too
 * deep. A byte order mark before it is ignored (RFC 8259, section 8.1).
 */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    const json = text.startsWith('\ufeff') ? text.slice(1) : text;
    if (hasMoreBrackets(json, deepest) && isTooDeep(JSON.parse(json))) return undefined;
    return { value: parseExactly(json) };
  } catch {
    return undefined; // the caller reports it
  }
}

/** Whether a text may be nested deeper than this. */
export function hasMoreBrackets(text: string, most: number): boolean {
  const bracket = /[[{]/g;
  for (let count = 0; count <= most; count++) if (!bracket.test(text)) return false;
  return true;
}

/** Walks level by level: a recursion would overflow the stack. */
function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= deepest; depth++) {
    level = level.flatMap(each => (each !== null && typeof each === 'object' ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}
