import type { Variables } from '../../../core/context.ts';
import { type Readings, readValue } from './readings.ts';

/** The variables of the step, and those passed by its inputs. */
export function readStep(variables: Variables): Readings {
  return {
    kind: 'step',
    at: { place: 'in this step', suffix: '' },
    get: name => {
      const value = variables[name];
      return value === undefined ? undefined : readValue(value);
    },
    names: [],
    staged: new Set(),
    seenByBuild: true,
    explainSetting: name =>
      `Create ${name} for this environment and pass it to the step: \`env: { ${name}: \${{ secrets.${name} }} }\`.`,
    variables,
  };
}
