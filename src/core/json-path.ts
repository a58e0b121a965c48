import { isMapping } from './is-mapping.ts';

/** The path to one value in a JSON document: keys of objects, and positions in lists (negative: from the end). */
export type JsonPath = readonly (string | number)[];

const segment =
  /\.(?<name>[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|\[(?<index>0|-?[1-9]\d{0,14})\]|\['(?<single>(?:[^'\\\x00-\x1f]|\\['\\])*)'\]|\["(?<double>(?:[^"\\\x00-\x1f]|\\["\\])*)"\]/y;

/**
 * Parses what RFC 9535 calls a singular query: `$.orders[0]['placed at']`, `$.orders[-1].id`, or `$` for the whole.
 * Undefined for anything else. Wildcards, slices and filters are not valid, since they can name several values.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const path: (string | number)[] = [];
  for (let at = 1; at < text.length; ) {
    segment.lastIndex = at;
    const match = segment.exec(text);
    if (!match) return undefined;
    const { name, index, single, double } = match.groups ?? {};
    const quoted = (single ?? double)?.replace(/\\(.)/g, '$1');
    path.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
    at = segment.lastIndex;
  }
  return path;
}

/** Where a path led: to its value, or to the last value on the way, after so many segments. */
export type Followed = { found: true; value: unknown } | { found: false; last: unknown; depth: number };

export function followPath(path: JsonPath, document: unknown): Followed {
  let value = document;
  for (const [depth, step] of path.entries()) {
    const next = getChild(value, step);
    if (next === undefined) return { found: false, last: value, depth };
    value = next;
  }
  return { found: true, value };
}

/** The path as text, such as `$.orders[0]['placed at']`. */
export function formatJsonPath(path: JsonPath): string {
  const segments = path.map(step => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `['${step.replace(/['\\]/g, '\\$&')}']`;
  });
  return `$${segments.join('')}`;
}

/** The child, or undefined if there is none: JSON has no undefined. */
function getChild(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? value.at(step) : undefined;
  return isMapping(value) && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
}
