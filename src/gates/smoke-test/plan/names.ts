import { invalidValue, unknownName } from '../../../config/findings.ts';
import { hasPlaceholder, isVariableName, listNames } from '../../../config/interpolation.ts';
import type { Configuration } from '../../../config/load.ts';
import { type Generator, generators } from '../../../config/schema/smoke.ts';
import { type Finding, found, type Place } from '../../../core/finding.ts';
import { findNearest, suggestName } from '../../../core/nearest.ts';
import { codeAt } from './code.ts';
import type { Path, Step, Use } from './model.ts';

/**
 * What is wrong with the names of a flow: one that nothing gives a value before the step that uses it, and one that
 * another kind of name would hide.
 */
export class NameCheck {
  readonly findings: Finding[] = [];
  readonly #config: Configuration;
  readonly #environment: string[];
  readonly #said = new Set<string>();

  constructor(config: Configuration) {
    this.#config = config;
    this.#environment = [...Object.keys(config.environments[config.environment] ?? {}), 'environment', 'commit'];
  }

  /** Names that a flow or a part gives itself, and where they stand. */
  given(generate: Record<string, Generator>, path: Path): Set<string> {
    const names = new Set<string>();
    for (const [name, generator] of Object.entries(generate)) {
      this.#hidden(name, this.#config.placeOfKey([...path, name]));
      for (const each of namesOfGenerated(name, generator)) names.add(each);
    }
    return names;
  }

  /** Goes through the steps in their order; what they capture is known from then on. */
  steps(steps: Step[], known: Set<string>): void {
    for (const [index, step] of steps.entries()) {
      this.#step(step, known, (name: string) => remedyOfOrder(name, steps, index));
    }
  }

  #step(step: Step, known: Set<string>, remedyFor: (name: string) => string | undefined): void {
    const own = new Set([...known, ...namesOfRounds(step), ...('injection' in step.declared ? ['payload'] : [])]);
    for (const { name, path } of step.uses) {
      if (isVariableName(name)) continue;
      const code = codeAt(step, path);
      if (code) {
        const message = `${step.label} has \${${name}} in its ${code.noun}, where a value would be code.`;
        this.#find(name, found(invalidValue, { message, help: code.help(name), place: this.#config.placeOf(path) }));
        continue;
      }
      if (own.has(name)) continue;
      this.#find(
        name,
        found(unknownName, {
          message: `${step.label} uses \${${name}}, which nothing gives a value before.`,
          help: remedyFor(name) ?? remedyOf(name, [...this.#environment, ...own]),
          place: this.#config.placeOf(path),
        }),
      );
    }
    if (step.part) {
      const inPart = this.given(step.part.generate, ['smoke', 'shared', step.part.name, 'generate']);
      for (const name of Object.keys(step.part.parameters)) inPart.add(name);
      this.steps(step.part.steps, inPart);
    }
    for (const name of capturedBy(step)) {
      if (!step.part) this.#hidden(name, step.placeOfCapture(name));
      known.add(name);
    }
  }

  /** Where a captured or generated name could never be used, since another value already goes by it. */
  #hidden(name: string, place: Place): void {
    const owner = isVariableName(name)
      ? "names in UPPER_CASE are variables of the step's environment"
      : this.#environment.includes(name)
        ? `\${${name}} is already a value of the environment`
        : undefined;
    if (owner === undefined) return;
    this.#find(
      name,
      found(invalidValue, { message: `The name ${name} is taken: ${owner}.`, help: 'Choose another name.', place }),
    );
  }

  /** Steps that several flows use are gone through for each of them; once is enough to say what is wrong. */
  #find(name: string, finding: Finding): void {
    const key = JSON.stringify([name, finding.code, finding.place]);
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.findings.push(finding);
  }
}

/** The names that a step gives to those after it. */
function capturedBy(step: Step): string[] {
  const own = 'capture' in step.declared ? Object.keys(step.declared.capture) : [];
  const inner = step.inner ? capturedBy(step.inner) : [];
  return [...own, ...inner, ...(step.part?.steps.flatMap(capturedBy) ?? [])];
}

/** The names that a generated value goes by: a PKCE pair is two. */
function namesOfGenerated(name: string, generator: Generator): string[] {
  return generator === 'pkce' ? [`${name}.verifier`, `${name}.challenge`] : [name];
}

export function usesIn(value: unknown, path: Path): Use[] {
  if (typeof value === 'string') return listNames(value).map(name => ({ name: name.trim(), path }));
  const isList = Array.isArray(value);
  return Object.entries(value ?? {})
    .filter(([, item]) => hasPlaceholder(item)) // little of a step has
    .flatMap(([key, item]) => usesIn(item, [...path, isList ? Number(key) : key]));
}

/** Generators have no names of their own, though other tools call them so: `${uuid}`, `${random:16}`. */
function remedyOf(name: string, known: string[]): string {
  const [word = '', ...call] = name.split(/[^\w-]/);
  const generator = findNearest(word, generators) ?? (call.length > 0 ? 'string' : undefined);
  if (generator !== undefined && findNearest(name, known) === undefined) {
    const declaration = `\`generate: { value: ${generator} }\``;
    return `Declare it in the flow, such as ${declaration}, and use \${value}; there are ${generators.join(', ')}.`;
  }
  return `${suggestName(name, known)} Values come from \`generate\`, from a \`capture\` of an earlier step, from \`environments\`, or in UPPER_CASE from the step's env.`;
}

/** What stands for the item and the number of a round. */
function namesOfRounds({ declared }: Step): string[] {
  const item = Object.keys(declared['for-each'] ?? {});
  return item.length > 0 || declared.repeat !== undefined ? [...item, 'round'] : [];
}

function remedyOfOrder(name: string, steps: Step[], index: number): string | undefined {
  const later = steps.findIndex((step, at) => at >= index && capturedBy(step).includes(name));
  if (later === index) return 'This step captures it itself, from its answer: only later steps can use it.';
  if (later > index) return `Step ${later + 1} captures it, which is later: change the order, or capture it before.`;
  return undefined;
}
