import type { Matchable, Matching } from '../../config/schema/matchers.ts';
import { isMapping } from '../../core/is-mapping.ts';
import type { Scope } from './scope.ts';

/** Expected JSON with each name replaced: in a `$matches` as text to find, in the paths of `$values` as data. */
export function resolveExpected(expected: unknown, scope: Scope): unknown {
  if (Array.isArray(expected)) return expected.map(item => resolveExpected(item, scope));
  if (!isMapping(expected)) return scope.resolve(expected);
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [scope.resolveText(key), resolveEntry(key, value, scope)]),
  );
}

function resolveEntry(key: string, value: unknown, scope: Scope): unknown {
  if (key === '$matches' && typeof value === 'string') return scope.resolvePattern(value);
  return key === '$values' && isMapping(value) ? resolvePaths(value, scope) : resolveExpected(value, scope);
}

function resolvePaths(values: Record<string, unknown>, scope: Scope): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([path, wanted]) => [scope.resolvePath(path), resolveExpected(wanted, scope)]),
  );
}

/** A value, or rules for it, with each name replaced. */
export function resolveMatching<Wanted extends Matchable>(wanted: Wanted, scope: Scope): Wanted {
  if (wanted === null || typeof wanted !== 'object') return scope.resolve(wanted) as Wanted;
  const { matches, values, ...rest } = wanted as Matching;
  return {
    ...(resolveExpected(rest, scope) as Matching),
    ...(matches !== undefined && { matches: scope.resolvePattern(matches) }),
    ...(values !== undefined && { values: resolvePaths(values, scope) }),
  } as Wanted;
}
