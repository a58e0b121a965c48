import { invalidValue, unknownReference } from '../../../config/findings.ts';
import type { Configuration } from '../../../config/load.ts';
import type { UseStep } from '../../../config/schema/smoke/steps/use.ts';
import { type Step as DeclaredStep, findForm } from '../../../config/schema/smoke/steps.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { listAddresses } from './address.ts';
import type { Part, Path, Step, Use } from './model.ts';
import { findUses } from './names.ts';

/** What the steps of a list have in common. */
interface Surroundings {
  config: Configuration;
  /** Such as `place-an-order`. */
  label: string;
  /** What one step of the list is called: `step`, or `clean-up` for the last steps. */
  noun: string;
  service: string | undefined;
  /** The flows that use one another up to here, to detect a circle. */
  within: string[];
}

/** What was planned, with what is wrong with it. */
interface Planned<Value> {
  value: Value;
  findings: Finding[];
}

/** Plans the steps of a list, and checks their addresses, services and parts. */
export function planSteps(declared: DeclaredStep[], path: Path, around: Surroundings): Planned<Step[]> {
  const planned = declared.map((step, index) =>
    planStep(step, [...path, index], { ...around, label: `${around.label}, ${around.noun} ${index + 1}` }),
  );
  return { value: planned.map(({ value }) => value), findings: planned.flatMap(({ findings }) => findings) };
}

function planStep(declared: DeclaredStep, path: Path, around: Surroundings): Planned<Step> {
  const { config, label } = around;
  const service = ('service' in declared ? declared.service : undefined) ?? around.service;
  const step: Step = {
    declared,
    label,
    path,
    baseUrl: config.services[findService(service, config) ?? '']?.url,
    place: config.placeOf(path),
    uses: [...findUses(declared, path), ...findPresetUses(declared, config)],
    placeOf: (...inner) => config.placeOf([...path, ...inner]),
    placeOfCapture: name => config.placeOfKey([...path, 'set' in declared ? 'set' : 'capture', name]),
  };
  const findings = [...checkService(step, config), ...checkAddresses(step, service, config)];
  const { key, wraps } = findForm(declared);
  if (wraps) {
    const inner = planStep(Reflect.get(declared, key), [...path, key], { ...around, service });
    return { value: { ...step, inner: inner.value }, findings: [...findings, ...inner.findings] };
  }
  if (!('use' in declared)) return { value: step, findings };
  const part = planPart(step, declared, around);
  return { value: { ...step, ...(part.value && { part: part.value }) }, findings: [...findings, ...part.findings] };
}

/** The names in the defaults of the parameters of a part. They are replaced where the part is used. */
function findPresetUses(declared: DeclaredStep, { smoke }: Configuration): Use[] {
  if (!('use' in declared) || !Object.hasOwn(smoke.shared, declared.use)) return [];
  const path = ['smoke', 'shared', declared.use, 'parameters'];
  return findUses(smoke.shared[declared.use]?.parameters, path);
}

function planPart(step: Step, { use, with: values }: UseStep, around: Surroundings): Planned<Part | undefined> {
  const { config, within } = around;
  const shared = Object.hasOwn(config.smoke.shared, use) ? config.smoke.shared[use] : undefined;
  const flow = Object.hasOwn(config.smoke.flows, use) ? config.smoke.flows[use] : undefined;
  const place = step.placeOf('use');
  if (within.includes(use)) {
    const message = `${step.label} uses ${use}, which leads back to itself: ${[...within, use].join(' uses ')}.`;
    return {
      value: undefined,
      findings: [found(invalidValue, { message, help: 'Remove one of these steps.', place })],
    };
  }
  const part = shared ?? flow;
  if (part === undefined) {
    const known = [...Object.keys(config.smoke.shared), ...Object.keys(config.smoke.flows)];
    const message = `${step.label} uses "${use}", which is neither a flow nor in \`shared\`.`;
    return {
      value: undefined,
      findings: [found(unknownReference, { message, help: suggestName(use, known), place })],
    };
  }
  const parameters = shared?.parameters ?? {};
  const path = shared ? ['smoke', 'shared', use, 'steps'] : ['smoke', 'flows', use, ...(flow?.stepsAt ?? [])];
  const steps = planSteps(part.steps, path, {
    ...around,
    // A part that runs once belongs to no flow in particular.
    label: shared?.once ? use : `${step.label} (${use})`,
    noun: 'step',
    service: part.service ?? around.service,
    within: [...within, use],
  });
  return {
    value: { name: use, parameters, once: shared?.once ?? false, generate: part.generate, steps: steps.value },
    findings: [...checkValues(step, use, values, parameters), ...steps.findings],
  };
}

function checkValues(step: Step, use: string, values: object, parameters: Record<string, unknown>): Finding[] {
  const unknown = Object.keys(values)
    .filter(name => !Object.hasOwn(parameters, name))
    .map(name =>
      found(unknownReference, {
        message: `${step.label} passes "${name}" to ${use}, which has no such parameter.`,
        help: suggestName(name, Object.keys(parameters)),
        place: step.placeOf('with', name),
      }),
    );
  const missing = Object.entries(parameters)
    .filter(([name, preset]) => preset === null && !Object.hasOwn(values, name))
    .map(([name]) =>
      found(invalidValue, {
        message: `${step.label} uses ${use} without a value for ${name}.`,
        help: `Pass a value: \`with: { ${name}: … }\`.`,
        place: step.placeOf('use'),
      }),
    );
  return [...unknown, ...missing];
}

function checkService(step: Step, config: Configuration): Finding[] {
  const service = 'service' in step.declared ? step.declared.service : undefined;
  if (service === undefined || Object.hasOwn(config.services, service)) return [];
  const message = `${step.label} names the service "${service}", which is not declared.`;
  const help = suggestName(service, Object.keys(config.services));
  return [found(unknownReference, { message, help, place: step.placeOf('service') })];
}

/** Finds a path without a service, and a URL with a scheme that the step does not support. */
function checkAddresses(step: Step, service: string | undefined, config: Configuration): Finding[] {
  const schemes = findForm(step.declared).schemes ?? [];
  return listAddresses(step.declared).flatMap(({ location, path }) => {
    if (location.startsWith('${')) return []; // a captured value may be either
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase();
    if (scheme !== undefined) {
      if (schemes.includes(scheme)) return [];
      const help = `Write a path, or a URL with one of ${schemes.join(', ')}.`;
      const message = `${step.label} has the address ${location}, whose scheme it does not support.`;
      return [found(invalidValue, { message, help, place: step.placeOf(...path) })];
    }
    if (findService(service, config) !== undefined) return [];
    const services = Object.keys(config.services);
    return [
      found(unknownReference, {
        message: `${step.label} requests the path ${location}, but no service is set for it.`,
        help:
          services.length === 0
            ? 'Declare the service with its URL under `services`, or write a full URL.'
            : `Set \`service\` on the flow or under \`smoke\` to one of: ${services.join(', ')}.`,
        place: step.placeOf(...path),
      }),
    ];
  });
}

/** The service of a step: the declared one, the default, or the only one. */
function findService(declared: string | undefined, config: Configuration): string | undefined {
  const services = Object.keys(config.services);
  return declared ?? config.smoke.service ?? (services.length === 1 ? services[0] : undefined);
}
