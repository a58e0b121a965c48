import { invalidInput, missingSection } from '../config/findings.ts';
import type { Configuration } from '../config/load.ts';
import type { Service } from '../config/schema/services.ts';
import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { suggestName } from '../core/nearest.ts';
import { collectNeeds, type Needs, sortNames } from './order.ts';

/** One service of the configuration that a release or a rollback is about. */
export interface ServiceOptions {
  name: string;
  service: Service;
  place: Place;
}

/** The services that a gate is about, and what they wait for. */
export interface ChosenServices {
  /** In the order of the release. */
  services: ServiceOptions[];
  /** Which of them wait for which. */
  needs: Needs;
}

/** The chosen services of the configuration, all when none are named, and their order. Throws a GateError. */
export function chooseServices(config: Configuration, chosen: string[]): ChosenServices {
  const known = Object.keys(config.services);
  if (known.length === 0) {
    const message = `${config.path} declares no services.`;
    throw new GateError([
      found(missingSection, { message, help: 'Say under `services:` what is released, and where to.' }),
    ]);
  }
  const unknown = chosen.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new GateError(
      unknown.map(name => {
        const message = `The input \`services\` names "${name}", which ${config.path} does not declare.`;
        return found(invalidInput, { message, help: suggestName(name, known) });
      }),
    );
  }
  const placeOf = (name: string) => config.placeOfKey(['services', name]);
  const needs = collectNeeds(
    config.services,
    chosen.length > 0 ? known.filter(name => chosen.includes(name)) : known,
    placeOf,
  );
  const services = sortNames(needs).flatMap(name => {
    const service = config.services[name];
    return service ? [{ name, service, place: placeOf(name) }] : [];
  });
  return { services, needs };
}
