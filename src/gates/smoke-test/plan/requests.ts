import { interpolate } from '../../../config/interpolation.ts';
import type { Configuration } from '../../../config/load.ts';
import { unescapeValue } from '../../../config/variables.ts';
import type { ReleaseRecord } from '../../../core/record.ts';
import type { RequestSettings, ServiceOfRelease } from './model.ts';

/** Builds the settings of every request from the configuration and the release record. */
export function buildRequestSettings(
  config: Configuration,
  variables: ReadonlyMap<string, string>,
  record: ReleaseRecord | undefined,
): RequestSettings {
  const resolve = <Value>(value: Value) => unescapeValue(interpolate(value, name => variables.get(name))) as Value;
  const services = new Map<string, ServiceOfRelease>();
  const onVercel = new Set<string>();
  for (const [name, service] of Object.entries(config.services)) {
    const known = record?.services[name];
    const { origin } = new URL(service.url);
    services.set(origin, { name, deployment: (known?.staged ?? known?.after)?.id, previousUrl: known?.before?.url });
    if (service.platform === 'vercel') onVercel.add(origin);
  }
  const { headers, deployment, 'protection-bypass': bypass } = config.smoke;
  const secret = resolve(bypass);
  return {
    headers: Object.fromEntries(Object.entries(resolve(headers)).map(([name, text]) => [name.toLowerCase(), text])),
    bypass: secret === undefined ? undefined : { secret, origins: onVercel },
    deployment: { send: deployment?.send?.toLowerCase(), seenIn: deployment?.['seen-in']?.toLowerCase() },
    services,
  };
}
