import { invalidValue } from '../../../config/findings.ts';
import { findForm } from '../../../config/schema/smoke/steps.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { isMapping } from '../../../core/is-mapping.ts';
import { parseJsonPath } from '../../../core/json-path.ts';
import { listRulePaths, loadPathEngine } from '../../../expectations/json-paths.ts';
import type { Plan, Step } from '../plan/model.ts';
import { fillPath } from './fill-path.ts';

interface PathUse {
  path: string;
  step: Step;
  at: (string | number)[];
}

/** Throws a GateError for invalid JSON paths, before the gate sends anything. */
export async function checkPaths({ flows }: Plan): Promise<void> {
  const uses = flows.flatMap(({ steps, cleanUp }) => findPaths([...steps, ...cleanUp]));
  const rare = uses.filter(({ path }) => path.includes('${') || parseJsonPath(path) === undefined);
  if (rare.length === 0) return;
  const { explainPath } = await import('../../../expectations/rfc9535.ts');
  await loadPathEngine();
  const explain = (path: string) => {
    const faults = samples.map(sample => explainPath(fillPath(path, () => sample)));
    return faults.includes(undefined) ? undefined : faults[0];
  };
  const findings = rare.flatMap(({ path, step, at }): Finding[] => {
    const fault = explain(path);
    if (fault === undefined) return [];
    const message = `${step.label}: ${path} is not a JSON path: ${fault}`;
    const help = 'Write a path of RFC 9535, such as $.user.id or $.markets[?@.open == true].slug.';
    return [found(invalidValue, { message, help, place: step.placeOf(...at) })];
  });
  if (findings.length > 0) throw new GateError(findings);
}

/** Values that stand for a name until its value is known: a position in a list, or a key. */
const samples = [1, 'text'];

function findPaths(steps: Step[]): PathUse[] {
  return steps.flatMap(step => [
    ...findCaptured(step),
    ...findExpected(step),
    ...(findForm(step.declared).paths ?? []).flatMap(key => findListed(step, key)),
    ...findPaths(step.inner ? [step.inner] : []),
    ...findPaths(step.part?.steps ?? []),
  ]);
}

function findCaptured(step: Step): PathUse[] {
  const captures = 'capture' in step.declared ? Object.entries(step.declared.capture) : [];
  return captures.flatMap(([name, wanted]) => {
    const path = typeof wanted === 'string' ? wanted : 'json' in wanted ? wanted.json : undefined;
    return path === undefined ? [] : [{ path, step, at: ['capture', name] }];
  });
}

/** The keys of steps that hold expected JSON. */
const expecting = ['expect', 'expect-all', 'expect-none', 'claims', 'job', 'if'];

/** The paths of `values`, in what is expected and its alternatives, and of that rule at any depth. */
function findExpected(step: Step): PathUse[] {
  return expecting.flatMap(key => {
    const expected: unknown = Reflect.get(step.declared, key);
    const listed = isMapping(expected) ? listValues(expected, [key]) : [];
    const known = new Set(listed.map(({ path }) => path));
    const others = listRulePaths(expected).filter(path => !known.has(path));
    return [...listed, ...others.map(path => ({ path, at: [key] }))].map(({ path, at }) => ({ path, step, at }));
  });
}

function listValues(part: Record<string, unknown>, at: (string | number)[]): Omit<PathUse, 'step'>[] {
  const { values, not, 'any-of': anyOf } = part;
  return [
    ...(isMapping(values) ? Object.keys(values).map(path => ({ path, at: [...at, 'values', path] })) : []),
    ...(isMapping(not) ? listValues(not, [...at, 'not']) : []),
    ...(Array.isArray(anyOf) ? anyOf.flatMap((each, index) => listValues(each, [...at, 'any-of', index])) : []),
  ];
}

function findListed(step: Step, key: string): PathUse[] {
  const paths: unknown = Reflect.get(step.declared, key);
  if (!Array.isArray(paths)) return [];
  return paths.map((path, index) => ({ path: String(path), step, at: [key, index] }));
}
