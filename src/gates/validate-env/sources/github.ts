import type { Variables } from '../../../core/context.ts';
import type { ReadEnvironment } from '../contract.ts';
import { platformReadings } from './platform.ts';
import type { Source } from './source.ts';

/** An environment of GitHub: names of secrets, and variables with their values. */
export function gitHubSource(service: string, environment: string, read: ReadEnvironment, step: Variables): Source {
  const where = `GitHub's environment ${environment}`;
  return {
    service,
    kind: 'github',
    name: `${service} in ${where}`,
    boundary: 'delivery',
    read: async signal => {
      const readings = platformReadings(await read(environment, signal), words(environment), step);
      const at = { place: `in ${where}`, suffix: ` in ${where}` };
      // Jobs of many services share the environment, so what one of them does not declare is another's.
      return { findings: [], readings: { ...readings, at, names: [] } };
    },
  };
}

function words(environment: string) {
  return {
    name: 'GitHub',
    howToSet: (variable: string) => `Create it: \`gh secret set ${variable} --env ${environment}\`.`,
  };
}
