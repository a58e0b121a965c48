import { isMapping } from '../core/is-mapping.ts';
import type { Path } from './document.ts';

/** The entries of the mapping at a path, or none where there is no mapping. */
export function listEntries(value: unknown, path: Path = []): [string, unknown][] {
  const at = getValue(value, path);
  return isMapping(at) ? Object.entries(at) : [];
}

/** The value at a path, or undefined where the path ends early. Inherited properties do not count. */
export function getValue(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined,
    value,
  );
}
