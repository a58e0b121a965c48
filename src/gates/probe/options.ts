import { missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import { type ProbeTarget, probeTargetSchema } from '../../config/schema/probe.ts';
import { isSelected } from '../../config/selection.ts';
import { withVariables } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';

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

/** The one target that the inputs describe. */
export function targetOfInputs(inputs: ProbeInputs): Target {
  const { get, ...target } = probeTargetSchema.parse({ get: inputs.url });
  return {
    ...target,
    name: 'url',
    url: get,
    expect: inputs.status === undefined ? {} : { status: inputs.status },
    timeout: inputs.timeout ?? target.timeout,
    deadline: inputs.deadline ?? target.deadline,
    consecutive: inputs.consecutive ?? target.consecutive,
  };
}

/** The targets that the configuration describes. Throws a GateError if there are none. */
export function targetsOfConfiguration(config: Configuration, inputs: ProbeInputs, context: GateContext): Target[] {
  const selected = isSelected(config, inputs.services);
  const targets = Object.entries(config.probe)
    .filter(([service]) => selected(service))
    .flatMap(([service, probes]) =>
      Object.entries(probes).map(([name, probe]) => {
        const place = config.placeOfKey(['probe', service, name]);
        const { get, ...target } = withVariables(context, probe, place);
        return { ...target, name: `${service}.${name}`, url: urlOf(config, service, get), place };
      }),
    );
  if (targets.length === 0) {
    const seen = `${config.path} declares nothing to probe${inputs.services.length > 0 ? ` for ${inputs.services.join(', ')}` : ''}.`;
    throw new GateError([found(missingSection, { seen, remedy: 'Add `probe:`, or give the action a `url`.' })]);
  }
  return targets;
}

/** A path belongs to the service's URL; a whole URL stands for itself. */
function urlOf(config: Configuration, service: string, location: string): string {
  return URL.canParse(location) ? location : new URL(location, config.services[service]?.url).href;
}
