import { invalidInput, invalidValue, missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import { isHttpUrl } from '../../config/schema/common.ts';
import { type ProbeTarget, probeTargetSchema } from '../../config/schema/probe.ts';
import { isSelected } from '../../config/selection.ts';
import { unescaped, withVariables } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found, type Place } from '../../core/finding.ts';

/** One thing to probe, with its whole URL. */
export interface Target extends Omit<ProbeTarget, 'get'> {
  /** As a person reads it in the report, such as `api.ready`. */
  name: string;
  url: string;
  place?: Place;
}

export interface ProbeInputs {
  url: string;
  status: number | undefined;
  /** Milliseconds. */
  timeout: number | undefined;
  deadline: number | undefined;
  consecutive: number | undefined;
  /** Only these services; all when empty. */
  services: string[];
}

/** The one target that the inputs describe. Throws a GateError for inputs that cannot be. */
export function targetOfInputs(inputs: ProbeInputs): Target {
  const { url, status, consecutive } = inputs;
  const findings = [
    ...(isHttpUrl(url) ? [] : [wrongInput('url', url, 'an http or https URL')]),
    ...(status === undefined || (status >= 100 && status <= 599)
      ? []
      : [wrongInput('status', status, 'an HTTP status from 100 to 599')]),
    ...(consecutive === 0 ? [wrongInput('consecutive', consecutive, 'at least 1')] : []),
  ];
  if (findings.length > 0) throw new GateError(findings);
  const { get, ...target } = probeTargetSchema.parse({ get: url });
  return {
    ...target,
    name: 'url',
    url: get,
    expect: status === undefined ? {} : { status },
    timeout: inputs.timeout ?? target.timeout,
    deadline: inputs.deadline ?? target.deadline,
    consecutive: consecutive ?? target.consecutive,
  };
}

function wrongInput(name: string, value: string | number, expected: string): Finding {
  return found(invalidInput, {
    seen: `The input \`${name}\` is "${value}".`,
    remedy: `Set it to ${expected} in the workflow.`,
  });
}

/** The targets that the configuration describes. Throws a GateError if there are none. */
export function targetsOfConfiguration(config: Configuration, inputs: ProbeInputs, context: GateContext): Target[] {
  const selected = isSelected(config, inputs.services);
  const targets = Object.entries(config.probe)
    .filter(([service]) => selected(service))
    .flatMap(([service, probes]) =>
      Object.entries(probes).map(([name, probe]) => {
        const place = config.placeOfKey(['probe', service, name]);
        const { get, ...target } = unescaped(withVariables(context, probe, place));
        return { ...target, name: `${service}.${name}`, url: urlOf(get, config.services[service]?.url, place), place };
      }),
    );
  if (targets.length === 0) {
    const seen = `${config.path} declares nothing to probe${inputs.services.length > 0 ? ` for ${inputs.services.join(', ')}` : ''}.`;
    throw new GateError([found(missingSection, { seen, remedy: 'Add `probe:`, or give the action a `url`.' })]);
  }
  return targets;
}

/** A path belongs to the service's URL; a whole URL stands for itself. */
function urlOf(location: string, base: string | undefined, place: Place): string {
  const url = URL.canParse(location, base) ? new URL(location, base).href : location;
  if (isHttpUrl(url)) return url;
  const seen = `The probe asks \`${url}\`, which is no address in HTTP.`;
  throw new GateError([
    found(invalidValue, { seen, remedy: 'Write a path that begins with a slash, or a whole URL.', place }),
  ]);
}
