import { missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import { type Variable, variableSchema } from '../../config/schema/variables.ts';
import { isSelected } from '../../config/selection.ts';
import { unescaped, withVariables } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';

/** One line of the contract. */
export interface Declaration {
  /** Such as `api.JWT_SECRET`; the variable alone where there is no service. */
  name: string;
  variable: string;
  declared: Variable;
  place?: Place;
}

/** The contract that the input `required` makes: each variable must be set, whatever its value. */
export function declarationsOfNames(names: string[]): Declaration[] {
  return names.map(variable => ({ name: variable, variable, declared: variableSchema.parse({}) }));
}

/** The contract in the configuration, of these services or of all. Throws a GateError if there is none. */
export function declarationsOfConfiguration(
  config: Configuration,
  services: string[],
  context: GateContext,
): Declaration[] {
  const selected = isSelected(config, services);
  const declarations = Object.entries(config.env)
    .filter(([service]) => selected(service))
    .flatMap(([service, variables]) =>
      Object.entries(variables).map(([variable, declared]) => {
        const place = config.placeOfKey(['env', service, variable]);
        const resolved = unescaped(withVariables(context, declared, place));
        return { name: `${service}.${variable}`, variable, declared: resolved, place };
      }),
    );
  if (declarations.length === 0) {
    const seen = `${config.path} declares no variables${services.length > 0 ? ` for ${services.join(', ')}` : ''}.`;
    throw new GateError([
      found(missingSection, { seen, remedy: 'Add `env:`, or give the action the input `required`.' }),
    ]);
  }
  return declarations;
}
