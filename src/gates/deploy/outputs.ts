import type { ReleaseRecord } from '../../core/record.ts';
import type { Changed } from '../../release/change-service.ts';
import type { DeployOptions } from './options.ts';
import { stagedUrls } from './promotion.ts';
import type { Target } from './target.ts';

/** The outputs of the action, by their names in action.yml. */
export function outputsOf(
  options: DeployOptions,
  targets: Target[],
  changes: Map<string, Changed>,
  record: ReleaseRecord,
  tag: string,
): Record<string, string> {
  const { services } = record;
  const changed = targets.map(({ name }) => name).filter(name => changes.get(name)?.changed);
  const perService = targets.map(({ name, service }) => {
    const { before, after } = services[name] ?? {};
    return [name, { before: before ?? null, after: after ?? null, url: service.url }];
  });
  return {
    changed: JSON.stringify(changed),
    services: JSON.stringify(Object.fromEntries(perService)),
    staged: JSON.stringify(stagedUrls(record)),
    url: urlOf(options),
    tag,
  };
}

/** Where users meet the release: the service that comes last. */
export function urlOf({ services }: DeployOptions): string {
  return services.at(-1)?.service.url ?? '';
}
