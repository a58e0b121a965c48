import { invalidInput, missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import type { Service } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';
import { suggestion } from '../../core/nearest.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Releases } from '../../core/releases.ts';
import { type Needs, needsOf } from './order.ts';

export interface ServiceOptions {
  name: string;
  service: Service;
  place: Place;
}

export interface DeployOptions {
  services: ServiceOptions[];
  /** Which of them wait for which. */
  needs: Needs;
  commit: string;
  /** The release so far. */
  record: ReleaseRecord;
  releases: Releases;
}

/** The chosen services of the configuration, all when none are named, and their order. Throws a GateError. */
export function servicesOf(config: Configuration, chosen: string[]): Pick<DeployOptions, 'services' | 'needs'> {
  const known = Object.keys(config.services);
  if (known.length === 0) {
    const seen = `${config.path} declares no services.`;
    throw new GateError([
      found(missingSection, { seen, remedy: 'Say under `services:` what is released, and where to.' }),
    ]);
  }
  const unknown = chosen.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new GateError(
      unknown.map(name => {
        const seen = `The input \`services\` names "${name}", which ${config.path} does not declare.`;
        return found(invalidInput, { seen, remedy: suggestion(name, known) });
      }),
    );
  }
  const names = chosen.length > 0 ? known.filter(name => chosen.includes(name)) : known;
  const placeOf = (name: string) => config.placeOfKey(['services', name]);
  return {
    services: Object.entries(config.services)
      .filter(([name]) => names.includes(name))
      .map(([name, service]) => ({ name, service, place: placeOf(name) })),
    needs: needsOf(config.services, names, placeOf),
  };
}
