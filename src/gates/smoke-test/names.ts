import { invalidValue, unknownName } from '../../config/findings.ts';
import { isVariableName, namesIn } from '../../config/interpolation.ts';
import type { Configuration } from '../../config/load.ts';
import type { Flow } from '../../config/schema/smoke.ts';
import { secretVariable } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found, type Place } from '../../core/finding.ts';
import { suggestion } from '../../core/nearest.ts';

type Path = (string | number)[];

interface Use {
  name: string;
  path: Path;
}

/**
 * What is wrong with the names of a flow: one that nothing gives a value before the step that uses it, and one that
 * another kind of name would hide. `path` is where the flow stands in the file.
 */
export function findingsOfNames(label: string, flow: Flow, path: Path, config: Configuration): Finding[] {
  const environment = [...Object.keys(config.environments[config.environment] ?? {}), 'environment', 'commit'];
  const known = new Set(Object.keys(flow.generate));
  const findings = [...known].flatMap(name =>
    hidden(name, environment, config.placeOfKey([...path, 'generate', name])),
  );
  for (const [index, step] of flow.steps.entries()) {
    const stepPath = [...path, ...flow.stepsAt, index];
    for (const use of usesIn(step, stepPath)) {
      if (isVariableName(use.name) || known.has(use.name)) continue;
      findings.push(
        found(unknownName, {
          seen: `${label}, step ${index + 1} uses \${${use.name}}, which nothing gives a value before.`,
          remedy: remedyFor(use.name, flow, index, [...environment, ...known]),
          place: config.placeOf(use.path),
        }),
      );
    }
    for (const name of Object.keys(step.capture)) {
      findings.push(...hidden(name, environment, config.placeOfKey([...stepPath, 'capture', name])));
      known.add(name);
    }
  }
  return findings;
}

/** The variables of the step's environment that a flow uses, by name. Throws a GateError for those that are not set. */
export function variablesOf(
  label: string,
  flow: Flow,
  path: Path,
  config: Configuration,
  context: GateContext,
): Map<string, string> {
  const values = new Map<string, string>();
  const missing = new Map<string, Finding[]>();
  for (const [index, step] of flow.steps.entries()) {
    for (const use of usesIn(step, [...path, ...flow.stepsAt, index])) {
      if (!isVariableName(use.name) || values.has(use.name) || missing.has(use.name)) continue;
      try {
        const purpose = `${label}, step ${index + 1}`;
        values.set(use.name, secretVariable(context, use.name, purpose, config.placeOf(use.path)));
      } catch (error) {
        if (!(error instanceof GateError)) throw error;
        missing.set(use.name, error.findings);
      }
    }
  }
  if (missing.size > 0) throw new GateError([...missing.values()].flat());
  return values;
}

function usesIn(value: unknown, path: Path): Use[] {
  if (typeof value === 'string') return namesIn(value).map(name => ({ name: name.trim(), path }));
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => usesIn(item, [...path, index]));
  return Object.entries(value).flatMap(([key, item]) => usesIn(item, [...path, key]));
}

function remedyFor(name: string, flow: Flow, index: number, known: string[]): string {
  const later = flow.steps.findIndex((step, at) => at >= index && Object.hasOwn(step.capture, name));
  if (later === index) return 'This step captures it itself, from its answer: only later steps can use it.';
  if (later > index) return `Step ${later + 1} captures it, which is later: change the order, or capture it before.`;
  return `${suggestion(name, known)} Values come from \`generate\`, from a \`capture\` of an earlier step, from \`environments\`, or in UPPER_CASE from the step's env.`;
}

/** Where a captured or generated name could never be used, since another value already goes by it. */
function hidden(name: string, environment: string[], place: Place): Finding[] {
  const owner = isVariableName(name)
    ? "names in UPPER_CASE are variables of the step's environment"
    : environment.includes(name)
      ? `\${${name}} is already a value of the environment`
      : undefined;
  if (owner === undefined) return [];
  return [found(invalidValue, { seen: `The name ${name} is taken: ${owner}.`, remedy: 'Choose another name.', place })];
}
