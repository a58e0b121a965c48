import { invalidValue, missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import type { DeclaredSignal } from '../../config/schema/watch.ts';
import { isSelected } from '../../config/selection.ts';
import { replaceVariables, unescapeValue } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';
import { planTargets, type SimpleTarget } from '../../readiness/targets.ts';
import type { Observer, Signal } from './signal.ts';
import { createObserver } from './signals/index.ts';
import { createProbeSignal } from './signals/probe.ts';
import type { Declared } from './watched.ts';

export interface WatchRequest {
  /** Only these services; all when empty. */
  services: string[];
  /** The longest watch, in milliseconds; undefined where the configuration alone decides. */
  longest: number | undefined;
  /** When users first met the release, in milliseconds since the epoch. */
  releasedAt: number;
}

/** The signals that the configuration declares. Throws a GateError for what cannot be observed. */
export async function planSignals(
  config: Configuration,
  request: WatchRequest,
  context: GateContext,
): Promise<Signal[]> {
  const selected = isSelected(config, request.services);
  const declared = Object.entries(config.watch)
    .filter(([service]) => selected(service))
    .flatMap(([service, signals]) =>
      Object.entries(signals).map(([key, signal]) => ({
        service,
        key,
        signal,
        place: config.placeOfKey(['watch', service, key]),
      })),
    );
  if (declared.length === 0) {
    const of = request.services.length > 0 ? ` for ${request.services.join(', ')}` : '';
    const message = `${config.path} declares nothing to watch${of}.`;
    const help = 'Add `watch:` to the configuration, or leave the gate out: its step, or its name in `gates`.';
    throw new GateError([found(missingSection, { message, help })]);
  }
  return Promise.all(
    declared.map(async ({ service, key, signal, place }) => {
      const base = config.services[service]?.url;
      const bounded =
        request.longest === undefined ? signal : { ...signal, for: Math.min(signal.for, request.longest) };
      const resolved = unescapeValue(replaceVariables(context, bounded, place));
      checkAddress(resolved, base, place);
      const about = { name: `${service}.${key}`, base, place, releasedAt: request.releasedAt, context };
      const observer =
        'probe' in resolved
          ? createProbeSignal(resolved, about, findProbe(config, service, resolved.probe, about))
          : await createObserver(resolved, about);
      return schedule(resolved, about, observer);
    }),
  );
}

function schedule(signal: DeclaredSignal, { name, place }: Declared, observer: Observer): Signal {
  return {
    ...observer,
    name,
    place,
    boundary: signal.boundary,
    for: signal.for,
    interval: 'rate' in signal ? 1000 / signal.rate : signal.interval,
    reportOnly: signal['report-only'],
  };
}

/** The probe that a signal repeats; several at once, `any-of`, have no single answer. */
function findProbe(config: Configuration, service: string, name: string, { context, place }: Declared): SimpleTarget {
  const known = Object.keys(config.probe[service] ?? {});
  if (!known.includes(name)) {
    const message = `The signal repeats the probe "${name}", which \`probe.${service}\` does not declare.`;
    throw new GateError([found(invalidValue, { message, help: suggestName(name, known), place })]);
  }
  const target = planTargets(config, [service], context).find(planned => planned.name === `${service}.${name}`);
  if (target && !('any-of' in target.probe)) return { ...target, probe: target.probe };
  const message = `The signal repeats the probe "${name}", which stands for several.`;
  throw new GateError([found(invalidValue, { message, help: 'Name a probe without `any-of`.', place })]);
}

/** A path needs the address of its service. */
function checkAddress(signal: DeclaredSignal, base: string | undefined, place: Place): void {
  const address = 'get' in signal ? signal.get : 'metrics' in signal ? signal.metrics : undefined;
  const whole = 'prometheus' in signal ? signal.prometheus : undefined;
  const isGood = (text: string, from?: string) =>
    URL.canParse(text, from) && /^https?:$/.test(new URL(text, from).protocol);
  if (address !== undefined && !isGood(address, base)) throw badAddress(address, place);
  if (whole !== undefined && !isGood(whole)) throw badAddress(whole, place);
}

function badAddress(address: string, place: Place): GateError {
  const message = `The signal asks \`${address}\`, which is not an address in HTTP.`;
  const help = 'Write a whole URL, or a path of a service whose `url` is under `services`.';
  return new GateError([found(invalidValue, { message, help, place })]);
}
