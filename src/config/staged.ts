import type { ReleaseRecord } from '../core/record.ts';
import type { Configuration } from './load.ts';

/**
 * The configuration while a release is staged. Requests go to the address of the staged deployment, for each service
 * that the record calls staged. Probes of what is live wait for the promotion. Whole URLs stay unchanged.
 */
export function useStagedAddresses(config: Configuration, noted: ReleaseRecord['services']): Configuration {
  const services = { ...config.services };
  const probe = { ...config.probe };
  for (const [name, service] of Object.entries(services)) {
    const url = noted[name]?.staged?.url;
    if (url === undefined) continue;
    services[name] = { ...service, url };
    if (probe[name]) probe[name] = omitDeploymentProbes(probe[name]);
  }
  return { ...config, services, probe };
}

/** Whether a service is released to an address of its own before users meet it. */
export function hasStagedServices({ services }: Configuration): boolean {
  return Object.values(services).some(service => 'strategy' in service && service.strategy === 'stage-then-promote');
}

/** A log line about services that are asked at another address than users use, if there are any. */
export function describeStaged(noted: ReleaseRecord['services']): string | undefined {
  const staged = Object.entries(noted).flatMap(([name, { staged }]) =>
    staged?.url ? [`${name} at ${staged.url}`] : [],
  );
  return staged.length > 0
    ? `Not promoted yet, so the gate asks the staged deployment: ${staged.join(', ')}.`
    : undefined;
}

function omitDeploymentProbes(probes: Configuration['probe'][string]): Configuration['probe'][string] {
  return Object.fromEntries(Object.entries(probes).filter(([, probe]) => !('deployment' in probe)));
}
