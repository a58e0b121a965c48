import { invalidInput, invalidValue, missingSection, unknownReference } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import { methods } from '../../config/schema/http.ts';
import type { Flow as DeclaredFlow, Step as DeclaredStep } from '../../config/schema/smoke.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Boundary, type Finding, found, type Place } from '../../core/finding.ts';
import { suggestion } from '../../core/nearest.ts';
import { generate } from './generate.ts';
import { findingsOfNames, variablesOf } from './names.ts';
import { isTellingName } from './secrets.ts';

/** One flow, ready to run: every name and address that can be known is. */
export interface Flow {
  name: string;
  boundary: Boundary;
  /** Values that were made up for this run, by name. */
  generated: ReadonlyMap<string, string>;
  /** Variables of the step's environment, by name. */
  variables: ReadonlyMap<string, string>;
  steps: Step[];
}

/** One step, with where it belongs. */
export interface Step {
  declared: DeclaredStep;
  /** As findings name it, such as `place-an-order, step 3`. */
  label: string;
  /** What its path starts from; undefined where it has a whole URL. */
  baseUrl: string | undefined;
  place: Place;
  /** The place of a captured name. */
  placeOfCapture(name: string): Place;
}

/** The flows to run: those that are named, or all. Throws a GateError with everything that is wrong with them. */
export function planFlows(config: Configuration, wanted: string[], context: GateContext): Flow[] {
  const declared = Object.entries(config.smoke.flows);
  if (declared.length === 0) {
    throw new GateError([found(missingSection, { seen: `${config.path} declares no smoke flows.` })]);
  }
  const known = declared.map(([name]) => name);
  const unknown = wanted.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new GateError(
      unknown.map(name =>
        found(invalidInput, {
          seen: `The input \`flows\` names "${name}", which is no flow of ${config.path}.`,
          remedy: suggestion(name, known),
        }),
      ),
    );
  }
  const chosen = declared.filter(([name]) => wanted.length === 0 || wanted.includes(name));
  const faults = chosen.flatMap(([name, flow]) => [
    ...findingsOfNames(name, flow, pathOf(name), config),
    ...findingsOfAddresses(name, flow, config),
  ]);
  if (faults.length > 0) throw new GateError(faults);
  return all(chosen, ([name, flow]) => planFlow(name, flow, config, context));
}

function planFlow(name: string, flow: DeclaredFlow, config: Configuration, context: GateContext): Flow {
  return {
    name,
    boundary: flow.boundary,
    generated: generatedFor(flow, context),
    variables: variablesOf(name, flow, pathOf(name), config, context),
    steps: flow.steps.map((declared, index) => {
      const path = [...pathOf(name), ...flow.stepsAt, index];
      return {
        declared,
        label: `${name}, step ${index + 1}`,
        baseUrl: config.services[serviceOf(declared, flow, config) ?? '']?.url,
        place: config.placeOf(path),
        placeOfCapture: captured => config.placeOfKey([...path, 'capture', captured]),
      };
    }),
  };
}

/** A password that was made up opens a real account, so it is masked like any other. */
function generatedFor(flow: DeclaredFlow, { redactor }: GateContext): Map<string, string> {
  const values = new Map(Object.entries(flow.generate).map(([name, generator]) => [name, generate(generator)]));
  for (const [name, value] of values) if (isTellingName(name)) redactor.add(value);
  return values;
}

/** A path, or a URL with a scheme that a step cannot speak, is found before anything is sent. */
function findingsOfAddresses(name: string, flow: DeclaredFlow, config: Configuration): Finding[] {
  return flow.steps.flatMap((step, index) => {
    const { key, location } = addressOf(step);
    const place = config.placeOf([...pathOf(name), ...flow.stepsAt, index, key]);
    const label = `${name}, step ${index + 1}`;
    if (location.startsWith('${')) return []; // a captured value may be either
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase();
    if (scheme !== undefined) {
      const spoken = key === 'websocket' ? ['ws', 'wss', 'http', 'https'] : ['http', 'https'];
      if (spoken.includes(scheme)) return [];
      const remedy = `Expected a path, or a URL with one of ${spoken.join(', ')}.`;
      return [found(invalidValue, { seen: `${label} asks ${location}.`, remedy, place })];
    }
    if (serviceOf(step, flow, config) !== undefined) return [];
    const services = Object.keys(config.services);
    return [
      found(unknownReference, {
        seen: `${label} asks the path ${location}, and nothing says of which service.`,
        remedy:
          services.length === 0
            ? 'Declare the service with its URL under `services`, or write a whole URL.'
            : `Set \`service\` on the flow or under \`smoke\` to one of: ${services.join(', ')}.`,
        place,
      }),
    ];
  });
}

/** The key that says what a step does, and the address after it. */
export function addressOf(step: DeclaredStep): { key: 'websocket' | (typeof methods)[number]; location: string } {
  if ('websocket' in step) return { key: 'websocket', location: step.websocket };
  for (const key of methods) {
    const location = step[key];
    if (location !== undefined) return { key, location };
  }
  throw new Error('a step without an address passed validation');
}

function serviceOf(step: DeclaredStep, flow: DeclaredFlow, config: Configuration): string | undefined {
  const services = Object.keys(config.services);
  return step.service ?? flow.service ?? config.smoke.service ?? (services.length === 1 ? services[0] : undefined);
}

function pathOf(flow: string): string[] {
  return ['smoke', 'flows', flow];
}

/** Each item made into another; what is wrong with any of them is thrown together. */
function all<Item, Result>(items: Item[], make: (item: Item) => Result): Result[] {
  const findings: Finding[] = [];
  const results = items.flatMap(item => {
    try {
      return [make(item)];
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      findings.push(...error.findings);
      return [];
    }
  });
  if (findings.length > 0) throw new GateError(findings);
  return results;
}
