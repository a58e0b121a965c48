import { invalidValue, unknownReference } from '../../../config/findings.ts';
import type { Configuration } from '../../../config/load.ts';
import type { Step as DeclaredStep } from '../../../config/schema/smoke/steps.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { addressesOf, keyOf, schemesOf } from './address.ts';
import type { Path, Step } from './model.ts';
import { usesIn } from './names.ts';

/** What the steps of a list have in common. */
interface Surroundings {
  config: Configuration;
  findings: Finding[];
  /** Such as `place-an-order`. */
  label: string;
  /** How one of the list is called: `step`, or `clean-up` of those that come last. */
  noun: string;
  service: string | undefined;
  /** The flows that use one another to get here, for telling a circle. */
  within: string[];
}

/**
 * The steps of a list, ready to run; what is wrong with their addresses and with what they use is added to the
 * findings.
 */
export function planSteps(declared: DeclaredStep[], path: Path, around: Surroundings): Step[] {
  return declared.map((step, index) =>
    planStep(step, [...path, index], `${around.label}, ${around.noun} ${index + 1}`, around),
  );
}

function planStep(declared: DeclaredStep, path: Path, label: string, around: Surroundings): Step {
  const { config } = around;
  const service = ('service' in declared ? declared.service : undefined) ?? around.service;
  const step: Step = {
    declared,
    label,
    path,
    baseUrl: config.services[serviceOf(service, config) ?? '']?.url,
    place: config.placeOf(path),
    uses: usesIn(declared, path),
    placeOf: (...inner) => config.placeOf([...path, ...inner]),
    placeOfCapture: name => config.placeOfKey([...path, 'capture', name]),
  };
  around.findings.push(...findingsOfService(step, config), ...findingsOfAddresses(step, service, config));
  for (const key of ['wait-until', 'injection', 'idempotent'] as const) {
    const inner: DeclaredStep | undefined = Reflect.get(declared, key);
    if (inner !== undefined) step.inner = planStep(inner, [...path, key], label, { ...around, service });
  }
  if ('use' in declared) planUse(step, declared, around);
  return step;
}

function planUse(step: Step, { use, with: values }: { use: string; with: object }, around: Surroundings): void {
  const { config, findings, within } = around;
  const shared = Object.hasOwn(config.smoke.shared, use) ? config.smoke.shared[use] : undefined;
  const flow = Object.hasOwn(config.smoke.flows, use) ? config.smoke.flows[use] : undefined;
  const place = step.placeOf('use');
  if (within.includes(use)) {
    const message = `${step.label} uses ${use}, which leads back to itself: ${[...within, use].join(' uses ')}.`;
    findings.push(found(invalidValue, { message, help: 'Take one of these uses out.', place }));
    return;
  }
  const part = shared ?? flow;
  if (part === undefined) {
    const known = [...Object.keys(config.smoke.shared), ...Object.keys(config.smoke.flows)];
    const message = `${step.label} uses "${use}", which is no flow and not in \`shared\`.`;
    findings.push(found(unknownReference, { message, help: suggestName(use, known), place }));
    return;
  }
  const parameters = shared?.parameters ?? {};
  findings.push(...findingsOfValues(step, use, values, parameters));
  const path = shared ? ['smoke', 'shared', use, 'steps'] : ['smoke', 'flows', use, ...(flow?.stepsAt ?? [])];
  step.part = {
    name: use,
    parameters,
    once: shared?.once ?? false,
    generate: part.generate,
    steps: planSteps(part.steps, path, {
      ...around,
      // What is done once belongs to no flow in particular.
      label: shared?.once ? use : `${step.label} (${use})`,
      noun: 'step',
      service: part.service ?? around.service,
      within: [...within, use],
    }),
  };
}

function findingsOfValues(step: Step, use: string, values: object, parameters: Record<string, unknown>): Finding[] {
  const unknown = Object.keys(values)
    .filter(name => !Object.hasOwn(parameters, name))
    .map(name =>
      found(unknownReference, {
        message: `${step.label} gives ${use} the value "${name}", which is none of its parameters.`,
        help: suggestName(name, Object.keys(parameters)),
        place: step.placeOf('with', name),
      }),
    );
  const missing = Object.entries(parameters)
    .filter(([name, preset]) => preset === null && !Object.hasOwn(values, name))
    .map(([name]) =>
      found(invalidValue, {
        message: `${step.label} uses ${use} without a value for ${name}.`,
        help: `Give it one: \`with: { ${name}: … }\`.`,
        place: step.placeOf('use'),
      }),
    );
  return [...unknown, ...missing];
}

function findingsOfService(step: Step, config: Configuration): Finding[] {
  const service = 'service' in step.declared ? step.declared.service : undefined;
  if (service === undefined || Object.hasOwn(config.services, service)) return [];
  const message = `${step.label} names the service "${service}", which is not declared.`;
  const help = suggestName(service, Object.keys(config.services));
  return [found(unknownReference, { message, help, place: step.placeOf('service') })];
}

/** A path of no service, or a URL with a scheme that the step cannot speak, is found before anything is sent. */
function findingsOfAddresses(step: Step, service: string | undefined, config: Configuration): Finding[] {
  return addressesOf(step.declared).flatMap(({ location, path }) => {
    if (location.startsWith('${')) return []; // a captured value may be either
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase();
    if (scheme !== undefined) {
      const spoken = schemesOf(keyOf(step.declared));
      if (spoken.includes(scheme)) return [];
      const help = `Expected a path, or a URL with one of ${spoken.join(', ')}.`;
      const message = `${step.label} asks ${location}.`;
      return [found(invalidValue, { message, help, place: step.placeOf(...path) })];
    }
    if (serviceOf(service, config) !== undefined) return [];
    const services = Object.keys(config.services);
    return [
      found(unknownReference, {
        message: `${step.label} asks the path ${location}, and nothing says of which service.`,
        help:
          services.length === 0
            ? 'Declare the service with its URL under `services`, or write a whole URL.'
            : `Set \`service\` on the flow or under \`smoke\` to one of: ${services.join(', ')}.`,
        place: step.placeOf(...path),
      }),
    ];
  });
}

function serviceOf(declared: string | undefined, config: Configuration): string | undefined {
  const services = Object.keys(config.services);
  return declared ?? config.smoke.service ?? (services.length === 1 ? services[0] : undefined);
}
