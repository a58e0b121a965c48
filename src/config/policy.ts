import { isDeepStrictEqual } from 'node:util';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { isMapping } from '../core/is-mapping.ts';
import type { ConfigDocument, Path } from './document.ts';
import { formatPath } from './issues.ts';
import { getValue, listEntries } from './mapping.ts';

export const policyLoosened: FindingKind = {
  code: 'policy/loosened',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The change makes a gate less strict. The gate judged it as strictly as its base does: the change takes effect once it is merged.',
  cause: 'A pull request or a merge group that edits the policy it is judged by.',
  help: 'Have the people who own the policy review it, on its own where that is possible.',
};

export const unknownPolicy: FindingKind = {
  code: 'policy/unknown-base',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The gate could not read the policy of the base, so it does not know whether the change makes it less strict.',
  cause: 'A job without `contents: read`, an empty `github-token`, or an outage of GitHub.',
  help: 'Give the job `permissions: { contents: read }`, and leave out `github-token`.',
};

/** A key by which the configuration decides how strictly a gate judges; `*` in its path stands for every name. */
export interface PolicyKey {
  path: readonly string[];
  /** Whether the new value is less strict than the one of the base; undefined where the key is absent. */
  isLooser(base: unknown, value: unknown): boolean;
  /** Whether to leave the key out can be less strict, too. */
  countsWhenAbsent: boolean;
}

/** What a pull request could loosen, by the gate that judges by it. */
export const policyKeys: Readonly<Record<string, readonly PolicyKey[]>> = {
  'push-schema': [
    {
      path: ['schema', '*', 'destructive'],
      isLooser: ranks('approve', 'environment', 'allow'),
      countsWhenAbsent: false,
    },
    { path: ['schema', '*', 'allow'], isLooser: listsMore, countsWhenAbsent: false },
    { path: ['schema', '*', 'row-level-security'], isLooser: turnsOff, countsWhenAbsent: true },
    { path: ['schema', '*', 'idempotent'], isLooser: turnsOff, countsWhenAbsent: true },
  ],
  'validate-env': [{ path: ['sources', '*', 'ignore'], isLooser: listsMore, countsWhenAbsent: false }],
  preflight: [
    { path: ['preflight', 'change'], isLooser: differs, countsWhenAbsent: true },
    { path: ['preflight', 'window'], isLooser: differs, countsWhenAbsent: true },
    ...['edge', 'backups', 'redis', 'status', 'limits', 'auth'].map(section => ({
      path: ['preflight', section, '*'],
      isLooser: differs,
      countsWhenAbsent: true,
    })),
  ],
};

/** From strict to loose; what is absent is as strict as the first. */
function ranks(...words: string[]): PolicyKey['isLooser'] {
  const rank = (value: unknown) => Math.max(0, words.indexOf(String(value)));
  return (base, value) => rank(value) > rank(base);
}

function listsMore(base: unknown, value: unknown): boolean {
  const known = Array.isArray(base) ? base : [];
  return Array.isArray(value) && value.some(item => !known.includes(item));
}

function turnsOff(base: unknown, value: unknown): boolean {
  return base === true ? value !== true : value === false && base !== false;
}

/** Which of two ways to ask is stricter cannot be told. What the base does not ask only adds. */
function differs(base: unknown, value: unknown): boolean {
  return base !== undefined && !isDeepStrictEqual(base, value);
}

/** Whether it depends on the base how strictly a file is judged. */
export function hasPolicy(value: unknown, keys: readonly PolicyKey[]): boolean {
  return keys.some(
    ({ path, countsWhenAbsent }) =>
      countsWhenAbsent || expandPath(path, value, {}).some(at => getValue(value, at) !== undefined),
  );
}

export interface JudgedValue {
  /** The value of the configuration, with the base's own policy where the change would loosen it. */
  value: unknown;
  findings: Finding[];
}

/** Holds the values of a file against those of its base, both without names left to replace. */
export function keepPolicy(
  value: unknown,
  base: unknown,
  keys: readonly PolicyKey[],
  { placeOf }: Pick<ConfigDocument, 'placeOf'>,
): JudgedValue {
  const kept = structuredClone(value);
  const basis = structuredClone(base); // both of one kind, so that they compare
  const findings = keys.flatMap(({ path, isLooser }) =>
    expandPath(path, kept, basis).flatMap(at => {
      const before = getValue(basis, at);
      if (!isLooser(before, getValue(kept, at))) return [];
      setValue(kept, at, before);
      const judged = before === undefined ? 'without it, as its base does not have it' : 'by the value of its base';
      const message = `The change loosens ${formatPath(at)}. The gate judged ${judged}.`;
      return [found(policyLoosened, { message, place: placeOf(at) })];
    }),
  );
  return { value: kept, findings };
}

/**
 * The paths that a pattern stands for. A database that the change removes has no policy any more; a check that it
 * removes, whose name ends the path, would have been one.
 */
function expandPath(pattern: readonly string[], value: unknown, base: unknown): Path[] {
  const star = pattern.indexOf('*');
  if (star < 0) return [pattern];
  const parent = pattern.slice(0, star);
  const rest = pattern.slice(star + 1);
  const removed = rest.length === 0 ? listEntries(base, parent) : [];
  const names = new Set([...listEntries(value, parent), ...removed].map(([name]) => name));
  return [...names].map(name => [...parent, name, ...rest]);
}

/** Sets what the base has, and drops what it has not. */
function setValue(value: unknown, path: Path, wanted: unknown): void {
  const [key, ...rest] = path;
  if (!isMapping(value) || key === undefined) return;
  if (rest.length > 0) {
    if (!isMapping(value[key]) && wanted !== undefined) value[key] = {};
    setValue(value[key], rest, wanted);
  } else if (wanted === undefined) Reflect.deleteProperty(value, key);
  else value[key] = wanted;
}
