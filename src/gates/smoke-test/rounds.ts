import type { Step as DeclaredStep } from '../../config/schema/smoke/steps.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { findDifferences } from '../../expectations/json.ts';
import type { Step } from './plan/model.ts';
import type { Scope } from './scope.ts';

export const notAList: FindingKind = {
  code: 'smoke/not-a-list',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A step is to be taken for each item of a list, and what was captured for it is no list.',
  cause: 'A capture that takes one value where a list was meant, or an answer that changed its form.',
  help: 'Capture the list itself, such as $.markets, or all values of a path with `{ json: $.markets[*].slug, all: true }`.',
};

/** Whether the condition of the step holds. */
export function holds(condition: DeclaredStep['if'], scope: Scope): boolean {
  if (condition === undefined) return true;
  if (typeof condition === 'string') return isTrue(scope.value(condition));
  const value = scope.value(condition.value);
  if ('is' in condition) return findDifferences(scope.value(condition.is), value).length === 0;
  return findDifferences(scope.value(condition['is-not']), value).length > 0;
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

/** What the names of each round stand for; one round without names where the step is taken once. */
export function roundsOf({ declared, label, place }: Step, scope: Scope): ReadonlyMap<string, unknown>[] {
  const [item] = Object.entries(declared['for-each'] ?? {});
  const items = item ? listOf(scope.value(item[1]), `${label}: ${String(item[1])}`, place) : [undefined];
  const times = declared.repeat ?? 1;
  if (!item && declared.repeat === undefined) return [new Map()];
  return items
    .flatMap(value => Array.from({ length: times }, () => value))
    .map(
      (value, index) => new Map<string, unknown>([...(item ? [[item[0], value] as const] : []), ['round', index + 1]]),
    );
}

function listOf(value: unknown, what: string, place: Step['place']): unknown[] {
  if (Array.isArray(value)) return value;
  throw new GateError([found(notAList, { message: `${what} is ${JSON.stringify(value)?.slice(0, 80)}.`, place })]);
}
