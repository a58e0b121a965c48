import { invalidValue, unknownName } from '../../../config/findings.ts';
import { hasPlaceholderAnywhere, isVariableName, listNames } from '../../../config/interpolation.ts';
import type { Configuration } from '../../../config/load.ts';
import { findForm } from '../../../config/schema/smoke/steps.ts';
import { type Generator, generators } from '../../../config/schema/smoke.ts';
import { type Finding, found, type Place } from '../../../core/finding.ts';
import { findNearest, suggestName } from '../../../core/nearest.ts';
import type { Path, Step, Use } from './model.ts';

/** Finds names that have no value before the step that uses them, and names that another kind of name would hide. */
export class NameCheck {
  readonly findings: Finding[] = [];
  readonly #config: Configuration;
  readonly #environment: string[];
  readonly #reported = new Set<string>();

  constructor(config: Configuration) {
    this.#config = config;
    this.#environment = [...Object.keys(config.environments[config.environment] ?? {}), 'environment', 'commit'];
  }

  /** Checks the names that a flow or a part generates, and returns them. */
  checkGenerated(generate: Record<string, Generator>, path: Path): Set<string> {
    const names = new Set<string>();
    for (const [name, generator] of Object.entries(generate)) {
      this.#checkTaken(name, this.#config.placeOfKey([...path, name]));
      for (const each of listGeneratedNames(name, generator)) names.add(each);
    }
    return names;
  }

  /** Checks the steps in their order, and adds what they capture to the known names. */
  checkSteps(steps: Step[], known: Set<string>): void {
    for (const [index, step] of steps.entries()) {
      this.#checkStep(step, known, (name: string) => explainOrder(name, steps, index));
    }
  }

  #checkStep(step: Step, known: Set<string>, helpWith: (name: string) => string | undefined): void {
    const own = new Set([...known, ...listRoundNames(step), ...(findForm(step.declared).names ?? [])]);
    const user = step.declared['as-user'];
    for (const { name, path } of step.uses) {
      if (isVariableName(name) || isMadeAbove(name, path, step)) continue;
      const code = findCode(step, path);
      if (code) {
        const message = `${step.label} has \${${name}} in its ${code.noun}, where the value would run as code.`;
        this.#add(name, found(invalidValue, { message, help: code.help(name), place: this.#config.placeOf(path) }));
        continue;
      }
      if (own.has(name) || (user !== undefined && own.has(`${user}.${name}`))) continue;
      this.#add(
        name,
        found(unknownName, {
          message: `${step.label} uses \${${name}}, which has no value at that point.`,
          help: helpWith(name) ?? suggestSource(name, [...this.#environment, ...own]),
          place: this.#config.placeOf(path),
        }),
      );
    }
    if (step.part) {
      const inPart = this.checkGenerated(step.part.generate, ['smoke', 'shared', step.part.name, 'generate']);
      for (const name of Object.keys(step.part.parameters)) inPart.add(name);
      this.checkSteps(step.part.steps, inPart);
    }
    for (const name of listCaptured(step)) {
      if (!step.part && user === undefined) this.#checkTaken(name, step.placeOfCapture(name));
      known.add(name);
    }
  }

  /** Finds a captured or generated name that nothing could use, because another value already has that name. */
  #checkTaken(name: string, place: Place): void {
    const owner = isVariableName(name)
      ? "names in UPPER_CASE are variables of the step's environment"
      : this.#environment.includes(name)
        ? `\${${name}} is already a value of the environment`
        : undefined;
    if (owner === undefined) return;
    this.#add(
      name,
      found(invalidValue, { message: `The name ${name} is taken: ${owner}.`, help: 'Choose another name.', place }),
    );
  }

  /** Adds a finding once, even if several flows use the same steps. */
  #add(name: string, finding: Finding): void {
    const key = JSON.stringify([name, finding.code, finding.place]);
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.findings.push(finding);
  }
}

export function findUses(value: unknown, path: Path): Use[] {
  if (typeof value === 'string') return listNames(value).map(name => ({ name: name.trim(), path }));
  const isList = Array.isArray(value);
  return Object.entries(value ?? {})
    .filter(([key, item]) => key.includes('${') || hasPlaceholderAnywhere(item)) // most parts of a step have none
    .flatMap(([key, item]) => {
      const at = [...path, isList ? Number(key) : key];
      return [...findUses(key, at), ...findUses(item, at)];
    });
}

/**
 * The code form of a step if this path of it is code, such as a command. A captured value must never become a part of
 * code, because whoever sent the value could then run anything.
 */
function findCode(step: Step, path: Path) {
  const owner = [step, step.inner].find(each => each?.path.length === path.length - 1);
  const form = owner && findForm(owner.declared);
  return (form?.code?.key ?? form?.key) === path.at(-1) ? form?.code : undefined;
}

/** The names that a step defines for later steps. */
function listCaptured(step: Step): string[] {
  const own = 'capture' in step.declared ? Object.keys(step.declared.capture) : listMade(step);
  const inner = step.inner ? listCaptured(step.inner) : [];
  const names = [...own, ...inner, ...(step.part?.steps.flatMap(listCaptured) ?? [])];
  const user = step.declared['as-user'];
  return user === undefined ? names : names.map(name => `${user}.${name}`);
}

/** Whether a value of a `set` uses one that the same step makes above it. */
function isMadeAbove(name: string, path: Path, step: Step): boolean {
  const [key, user] = path.slice(step.path.length);
  return key === 'set' && user !== undefined && listMade(step, String(user)).includes(name);
}

/** The names of the values that a step makes, up to one of them, with those of their parts. */
function listMade({ declared }: Step, end?: string): string[] {
  const made = 'set' in declared ? Object.entries(declared.set) : [];
  const at = made.findIndex(([name]) => name === end);
  return made
    .slice(0, at < 0 ? made.length : at)
    .flatMap(([name, value]) => ('webhook' in value ? [name, `${name}.timestamp`, `${name}.id`] : [name]));
}

function listGeneratedNames(name: string, generator: Generator): string[] {
  return generator === 'pkce' ? [`${name}.verifier`, `${name}.challenge`] : [name];
}

/** The names of the item and the number of a round. */
function listRoundNames({ declared }: Step): string[] {
  const item = Object.keys(declared['for-each'] ?? {});
  return item.length > 0 || declared.repeat !== undefined ? [...item, 'round'] : [];
}

/** Other tools write generators as names, such as `${uuid}` or `${random:16}`; here a flow declares them. */
function suggestSource(name: string, known: string[]): string {
  const [word = '', ...call] = name.split(/[^\w-]/);
  const generator = findNearest(word, generators) ?? (call.length > 0 ? 'string' : undefined);
  if (generator !== undefined && findNearest(name, known) === undefined) {
    const declaration = `\`generate: { value: ${generator} }\``;
    return `Declare it in the flow, such as ${declaration}, and use \${value}. The generators are ${generators.join(', ')}.`;
  }
  return `${suggestName(name, known)} Values come from \`generate\`, a \`capture\` of an earlier step, \`environments\`, or in UPPER_CASE from the step's env.`;
}

function explainOrder(name: string, steps: Step[], index: number): string | undefined {
  const later = steps.findIndex((step, at) => at >= index && listCaptured(step).includes(name));
  if (later === index) return 'This step captures it from its own answer, so only later steps can use it.';
  if (later > index) return `Step ${later + 1} captures it, which runs later. Move that step before this one.`;
  return undefined;
}
