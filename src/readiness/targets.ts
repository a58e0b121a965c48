import { invalidValue, missingSection } from '../config/findings.ts';
import type { Configuration } from '../config/load.ts';
import { getLocation, getMethod } from '../config/probe-location.ts';
import { isHttpUrl } from '../config/schema/common.ts';
import type { GroupProbe, ProbeTarget, SimpleProbe } from '../config/schema/probe.ts';
import type { Service } from '../config/schema/services.ts';
import { isSelected } from '../config/selection.ts';
import { replaceVariables, unescapeValue } from '../config/variables.ts';
import type { GateContext } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import type { Deployment, ReleaseRecord } from '../core/record.ts';
import type { Where } from './attempt.ts';

/** One thing to probe; its paths have been resolved to URLs. */
export interface Target<Probe = ProbeTarget> {
  /** As a person reads it in the report, such as `api.ready`. */
  name: string;
  probe: Probe;
  /** URLs that show, when the service is silent, whether the runner has a network at all. */
  controls: string[];
  serviceName?: string;
  /** The service, for probes that ask its platform. */
  service?: Service | undefined;
  /** The deployment of this release, if an earlier gate recorded one. */
  released?: Deployment | undefined;
  place?: Place;
}

export type SimpleTarget = Target<SimpleProbe>;
export type GroupTarget = Target<GroupProbe>;

/** The boundary and the place of a target's findings. */
export function locateTarget({ boundary }: Pick<ProbeTarget, 'boundary'>, place: Place | undefined): Where {
  return { boundary, ...(place && { place }) };
}

/** The targets that the configuration declares for these services, or for all when none are named. Throws a GateError if there are none. */
export function planTargets(config: Configuration, services: string[], context: GateContext): Target[] {
  const selected = isSelected(config, services);
  const targets = Object.entries(config.probe)
    .filter(([service]) => selected(service))
    .flatMap(([name, probes]) =>
      Object.entries(probes).map(([key, declared]) => {
        const place = config.placeOfKey(['probe', name, key]);
        const service = config.services[name];
        const probe = resolveUrls(unescapeValue(replaceVariables(context, declared, place)), service?.url, place);
        return { name: `${name}.${key}`, probe, serviceName: name, service, controls: listControls(context), place };
      }),
    );
  if (targets.length === 0) {
    const message = `${config.path} declares nothing to probe${services.length > 0 ? ` for ${services.join(', ')}` : ''}.`;
    throw new GateError([
      found(missingSection, {
        message,
        help: 'Add `probe:`, set the input `url`, or remove the gate: its step, or its name in `gates`.',
      }),
    ]);
  }
  return targets;
}

/** The targets with the deployment of each service, from the release record. */
export function addReleased(targets: Target[], services: ReleaseRecord['services']): Target[] {
  return targets.map(target => ({ ...target, released: services[target.serviceName ?? '']?.after }));
}

/** The target without its `for`, for a gate that continues as soon as the service answers well. */
export function omitWatching(target: Target): Target {
  const { probe } = target;
  if (!('any-of' in probe)) return { ...target, probe: { ...probe, for: 0 } };
  return { ...target, probe: { ...probe, 'any-of': probe['any-of'].map(member => ({ ...member, for: 0 })) } };
}

/** Every runner must be able to reach GitHub. */
export function listControls({ variables }: GateContext): string[] {
  return variables.GITHUB_API_URL ? [variables.GITHUB_API_URL] : [];
}

function resolveUrls(probe: ProbeTarget, base: string | undefined, place: Place): ProbeTarget {
  if ('any-of' in probe) return { ...probe, 'any-of': probe['any-of'].map(member => resolveUrl(member, base, place)) };
  return resolveUrl(probe, base, place);
}

/** Resolves a path against the host of the service's URL; a full URL stays as it is. */
function resolveUrl(probe: SimpleProbe, base: string | undefined, place: Place): SimpleProbe {
  const location = getLocation(probe);
  if (location === undefined) return probe;
  const url = URL.canParse(location, base) ? new URL(location, base).href : location;
  if ('websocket' in probe) {
    if (isHttpUrl(url.replace(/^ws/, 'http'))) return { ...probe, websocket: url };
  } else if (isHttpUrl(url)) return { ...probe, [getMethod(probe) ?? 'get']: url };
  const message = `The probe asks for \`${url}\`, which is not an HTTP URL.`;
  const help = 'Write a path that begins with a slash, or a full URL.';
  throw new GateError([found(invalidValue, { message, help, place })]);
}
