import { invalidInput, missingSection } from '../config/findings.ts';
import type { Configuration } from '../config/load.ts';
import type { Service } from '../config/schema/services.ts';
import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { suggestName } from '../core/nearest.ts';
import { collectNeeds, type Needs, sortNames } from './order.ts';

/** A service of the configuration that takes part in a release or a rollback. */
export interface ServiceOptions {
  name: string;
  service: Service;
  place: Place;
}

/** The services that take part, and which of them wait for which. */
export interface ChosenServices {
  /** In the order of the release. */
  services: ServiceOptions[];
  /** Which of them wait for which. */
  needs: Needs;
}

/** The named services in the order of the release; all services if none is named. Throws a GateError. */
export function chooseServices(config: Configuration, chosen: string[]): ChosenServices {
  const known = Object.keys(config.services);
  if (known.length === 0) {
    const message = `${config.path} declares no services.`;
    throw new GateError([
      found(missingSection, { message, help: 'Add `services:` with each service and its platform.' }),
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
  const findPlace = (name: string) => config.placeOfKey(['services', name]);
  const needs = collectNeeds(
    config.services,
    chosen.length > 0 ? known.filter(name => chosen.includes(name)) : known,
    findPlace,
  );
  const services = sortNames(needs).flatMap(name => {
    const service = config.services[name];
    return service ? [{ name, service, place: findPlace(name) }] : [];
  });
  return { services, needs };
}

/** Where users reach the release: the URL of the last service; empty if it has none. */
export function getUrl(services: ServiceOptions[]): string {
  return services.at(-1)?.service.url ?? '';
}
