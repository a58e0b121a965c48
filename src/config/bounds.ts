/** Bytes. A thousand variables take 100 KB. Parsing takes up to 10 microseconds and 300 bytes of memory for each byte. */
export const largestFile = 256 * 1024;

/** Far deeper than any body that a person writes, and far below the depth at which recursion uses up the stack. */
const deepest = 64;

/** A list or mapping counts one for each item. */
const mostValues = 50_000;

/** Something in a value that no gate can work with. */
export interface Excess {
  kind: 'size' | 'reserved';
  message: string;
  /** Where it is. */
  path: (string | number)[];
}

/** More brackets or indicators in a row than the deepest nesting has. Parsing them costs far more than finding them. */
const endless = new RegExp(`(?:[[{]\\s*){${deepest + 1}}|(?:[-?:][ \\t]+){${deepest + 1}}`);

/** Finds where a text nests far too deeply, without parsing it; undefined if that is not plain to see. */
export function findEndlessNesting(text: string): number | undefined {
  return endless.exec(text)?.index;
}

export const tooDeep = 'It is nested too deeply';

interface Visit {
  value: unknown;
  depth: number;
  /** Undefined for the root. */
  from?: { parent: Visit; key: string | number };
}

/** Finds the first part of a parsed value that is too deep or too large, or has a name that JavaScript reserves. */
export function findExcess(root: unknown): Excess | undefined {
  const open: Visit[] = [{ value: root, depth: 0 }];
  let count = 0;
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { value, depth } = visit;
    if (value === null || typeof value !== 'object') continue;
    if (depth >= deepest) return { kind: 'size', message: tooDeep, path: tracePath(visit) };
    for (const key in value) {
      const next: Visit = {
        value: Reflect.get(value, key),
        depth: depth + 1,
        from: { parent: visit, key: Array.isArray(value) ? Number(key) : key },
      };
      if (key === '__proto__')
        return { kind: 'reserved', message: 'The key "__proto__" is reserved', path: tracePath(next) };
      if (++count > mostValues)
        return { kind: 'size', message: `It has more than ${mostValues} values`, path: tracePath(next) };
      open.push(next);
    }
  }
  return undefined;
}

function tracePath({ from }: Visit): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = from; at !== undefined; at = at.parent.from) path.unshift(at.key);
  return path;
}
