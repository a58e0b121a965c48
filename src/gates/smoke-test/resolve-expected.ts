import type { Matchable, Matching } from '../../config/schema/matchers.ts';
import { isMapping } from '../../core/is-mapping.ts';
import type { Scope } from './scope.ts';

/** Expected JSON with each name replaced; in a `$matches` within it, as text that the expression must find as it is. */
export function resolveExpected(expected: unknown, scope: Scope): unknown {
  if (Array.isArray(expected)) return expected.map(item => resolveExpected(item, scope));
  if (!isMapping(expected)) return scope.resolve(expected);
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [
      scope.resolveText(key),
      key === '$matches' && typeof value === 'string' ? scope.resolvePattern(value) : resolveExpected(value, scope),
    ]),
  );
}

/** A value, or rules for it, with each name replaced. */
export function resolveMatching<Wanted extends Matchable>(wanted: Wanted, scope: Scope): Wanted {
  if (wanted === null || typeof wanted !== 'object') return scope.resolve(wanted) as Wanted;
  const { matches, ...rest } = wanted as Matching;
  return {
    ...(resolveExpected(rest, scope) as Matching),
    ...(matches !== undefined && { matches: scope.resolvePattern(matches) }),
  } as Wanted;
}
