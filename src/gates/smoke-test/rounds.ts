import type { Step as DeclaredStep } from '../../config/schema/smoke/steps.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { findDifferences } from '../../expectations/differences.ts';
import type { Step } from './plan/model.ts';
import { resolveExpected } from './resolve-expected.ts';
import type { Scope } from './scope.ts';

export const notAList: FindingKind = {
  code: 'smoke/not-a-list',
  severity: 'error',
  boundary: 'delivery',
  meaning: '`for-each` needs a list, but the captured value is not a list.',
  cause: 'The capture takes one value instead of a list, or the answer changed its shape.',
  help: 'Capture the list itself, such as $.markets, or all values of a path with `{ json: $.markets[*].slug, all: true }`.',
};

/** Whether the condition of a step holds. */
export function holds(condition: DeclaredStep['if'], scope: Scope): boolean {
  if (condition === undefined) return true;
  if (typeof condition === 'string') return isTrue(scope.resolve(condition));
  const value = scope.resolve(condition.value);
  if ('is' in condition) return findDifferences(resolveExpected(condition.is, scope), value).length === 0;
  return findDifferences(resolveExpected(condition['is-not'], scope), value).length > 0;
}

function isTrue(value: unknown): boolean {
  return !(
    value === null ||
    value === undefined ||
    value === false ||
    value === 0 ||
    ['', 'false', '0', 'null'].includes(String(value))
  );
}

/** The values of the names in each round. A step that runs once has one round without names. */
export function listRounds({ declared, label, place }: Step, scope: Scope): ReadonlyMap<string, unknown>[] {
  const [item] = Object.entries(declared['for-each'] ?? {});
  const items = item ? requireList(scope.resolve(item[1]), `${label}: ${String(item[1])}`, place) : [undefined];
  const times = declared.repeat ?? 1;
  if (!item && declared.repeat === undefined) return [new Map()];
  return items
    .flatMap(value => Array.from({ length: times }, () => value))
    .map(
      (value, index) => new Map<string, unknown>([...(item ? [[item[0], value] as const] : []), ['round', index + 1]]),
    );
}

function requireList(value: unknown, subject: string, place: Step['place']): unknown[] {
  if (Array.isArray(value)) return value;
  // Its type only: of a captured secret that is cut in two, neither half would be redacted.
  const message = `${subject} is ${value === null ? 'null' : `a ${typeof value}`}, not a list.`;
  throw new GateError([found(notAList, { message, place })]);
}
