import type { ReleaseRecord } from '../core/record.ts';
import type { Configuration } from './load.ts';

/**
 * The configuration while a release is staged: a service that the record says is staged is asked at the address of its
 * deployment. Probes of what is live wait for the promotion. Whole URLs stay where they are.
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

/** Half a sentence about what is asked elsewhere than users do, for the log; undefined where nothing is. */
export function describeStaged(noted: ReleaseRecord['services']): string | undefined {
  const staged = Object.entries(noted).flatMap(([name, { staged }]) =>
    staged?.url ? [`${name} at ${staged.url}`] : [],
  );
  return staged.length > 0 ? `Not promoted yet, so asked where it is staged: ${staged.join(', ')}.` : undefined;
}

function omitDeploymentProbes(probes: Configuration['probe'][string]): Configuration['probe'][string] {
  return Object.fromEntries(Object.entries(probes).filter(([, probe]) => !('deployment' in probe)));
}
