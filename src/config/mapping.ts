import type { Path } from './document.ts';

export function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The entries of the mapping at a path of the value; none where there is no mapping. */
export function listEntries(value: unknown, path: Path = []): [string, unknown][] {
  const at = getValue(value, path);
  return isMapping(at) ? Object.entries(at) : [];
}

/** What is at a path of the value; undefined where that ends. What every object inherits is not in it. */
export function getValue(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined,
    value,
  );
}
