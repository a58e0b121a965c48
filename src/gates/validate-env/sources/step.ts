import type { Variables } from '../../../core/context.ts';
import { type Readings, readingOf } from './readings.ts';

/** The variables of the step, and what its inputs pass beside them. */
export function stepReadings(variables: Variables): Readings {
  return {
    at: { place: 'in this step', suffix: '' },
    get: name => {
      const value = variables[name];
      return value === undefined ? undefined : readingOf(value);
    },
    names: [],
    staged: new Set(),
    howToSet: name =>
      `Create ${name} for this environment and pass it to the step: \`env: { ${name}: \${{ secrets.${name} }} }\`.`,
    variables,
  };
}
