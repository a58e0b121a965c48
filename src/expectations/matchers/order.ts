/** Compares two numbers or versions: negative, zero or positive; undefined if they cannot be compared. */
export function compareValues(actual: unknown, wanted: number | string): number | undefined {
  const parts = listParts(actual, wanted);
  if (parts === undefined) return undefined;
  const [left, right] = parts;
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function listParts(actual: unknown, wanted: number | string): [number[], number[]] | undefined {
  if (typeof wanted === 'number') {
    const isText = typeof actual === 'string' && actual.trim() !== '';
    const number = isText || typeof actual === 'bigint' ? Number(actual) : actual;
    return typeof number === 'number' && Number.isFinite(number) ? [[number], [wanted]] : undefined;
  }
  const version = parseVersion(String(actual));
  const least = parseVersion(wanted);
  return version && least && [version, least];
}

/** The numbers of a version such as `v2.10.0` or `16.3 (Debian)`; undefined for other texts. */
function parseVersion(text: string): number[] | undefined {
  return /^v?(\d+(?:\.\d+)*)/.exec(text.trim())?.[1]?.split('.').map(Number);
}
