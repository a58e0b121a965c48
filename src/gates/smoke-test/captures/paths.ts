import { invalidValue } from '../../../config/findings.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { parseJsonPath } from '../../../core/json-path.ts';
import type { Plan, Step } from '../plan/model.ts';

interface PathUse {
  path: string;
  step: Step;
  at: (string | number)[];
}

/** Throws a GateError for JSON paths that are none, before anything is sent. */
export async function checkPaths({ flows }: Plan): Promise<void> {
  const uses = flows.flatMap(({ steps, cleanUp }) => pathsIn([...steps, ...cleanUp]));
  const rare = uses.filter(({ path }) => parseJsonPath(path) === undefined);
  if (rare.length === 0) return;
  const { faultOf } = await import('./rfc9535.ts');
  const findings = rare.flatMap(({ path, step, at }): Finding[] => {
    const fault = faultOf(path);
    if (fault === undefined) return [];
    const message = `${step.label}: ${path} is no JSON path: ${fault}`;
    const help = 'Write it as RFC 9535 says, such as $.user.id or $.markets[?@.open == true].slug.';
    return [found(invalidValue, { message, help, place: step.placeOf(...at) })];
  });
  if (findings.length > 0) throw new GateError(findings);
}

function pathsIn(steps: Step[]): PathUse[] {
  return steps.flatMap(step => [
    ...capturesOf(step),
    ...listOf(step, 'ignore'),
    ...listOf(step, 'same'),
    ...pathsIn(step.inner ? [step.inner] : []),
    ...pathsIn(step.part?.steps ?? []),
  ]);
}

function capturesOf(step: Step): PathUse[] {
  const captures = 'capture' in step.declared ? Object.entries(step.declared.capture) : [];
  return captures.flatMap(([name, wanted]) => {
    const path = typeof wanted === 'string' ? wanted : 'json' in wanted ? wanted.json : undefined;
    return path === undefined ? [] : [{ path, step, at: ['capture', name] }];
  });
}

function listOf(step: Step, key: string): PathUse[] {
  const paths: unknown = Reflect.get(step.declared, key);
  if (!Array.isArray(paths)) return [];
  return paths.map((path, index) => ({ path: String(path), step, at: [key, index] }));
}
