import { invalidInput, missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import type { Service } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';
import type { Lock } from '../../core/lock.ts';
import { suggestion } from '../../core/nearest.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Releases } from '../../core/releases.ts';
import type { Measuring } from './downtime.ts';
import { type Needs, needsOf, sorted } from './order.ts';
import type { Phase } from './phase.ts';
import type { Tagging } from './tag.ts';

export interface ServiceOptions {
  name: string;
  service: Service;
  place: Place;
}

export interface DeployOptions {
  /** In the order of the release. */
  services: ServiceOptions[];
  /** Which of them wait for which. */
  needs: Needs;
  commit: string;
  /** How far it goes with services that are staged first. */
  phase: Phase;
  configuration: Configuration;
  /** The release so far. */
  record: ReleaseRecord;
  releases: Releases;
  /** Shared with other repositories; undefined where the record of the release is its lock. */
  lock: Lock | undefined;
  /** How long it waits for another release of the environment to end; milliseconds. */
  lockTimeout: number;
  tagging: Tagging;
  /** Whether later pushes go live by themselves again, once this release is live. */
  resumeAutoDeploys: boolean;
  /** What is asked all through the release; undefined where nothing is. */
  measuring: Measuring | undefined;
}

/** The chosen services of the configuration, all when none are named, and their order. Throws a GateError. */
export function servicesOf(config: Configuration, chosen: string[]): Pick<DeployOptions, 'services' | 'needs'> {
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
        return found(invalidInput, { message, help: suggestion(name, known) });
      }),
    );
  }
  const placeOf = (name: string) => config.placeOfKey(['services', name]);
  const needs = needsOf(
    config.services,
    chosen.length > 0 ? known.filter(name => chosen.includes(name)) : known,
    placeOf,
  );
  const services = sorted(needs).flatMap(name => {
    const service = config.services[name];
    return service ? [{ name, service, place: placeOf(name) }] : [];
  });
  return { services, needs };
}
