import type { Variables } from '../../../core/context.ts';
import type { ReadEnvironment } from '../contract.ts';
import { readListed } from './platform.ts';
import type { Readings } from './readings.ts';
import type { Source } from './source.ts';

/** A GitHub environment: the names of its secrets, and its variables with their values. */
export function createGitHubSource(
  service: string,
  environment: string,
  list: ReadEnvironment,
  step: Variables,
): Source {
  const place = `in GitHub's environment ${environment}`;
  return {
    name: `${service} ${place}`,
    boundary: 'delivery',
    read: async signal => {
      const readings: Readings = {
        ...readListed(await list(environment, signal), step),
        kind: 'github',
        at: { place, suffix: ` ${place}` },
        // Jobs of many services share the environment, so a variable this service does not declare belongs to another.
        names: [],
        seenByBuild: true,
        explainSetting: variable => `Create it: \`gh secret set ${variable} --env ${environment}\`.`,
      };
      return { findings: [], readings };
    },
  };
}
