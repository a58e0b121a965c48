import type { GateContext } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import { type Finding, found, type Place } from '../core/finding.ts';
import { mapTexts } from '../core/map-texts.ts';
import { mustBeHidden } from '../core/secret-variables.ts';
import { forkWithoutSecrets, unsetVariable } from './findings.ts';
import { interpolate, isVariableName, listNames, unescapeText } from './interpolation.ts';
import { listSecretNames } from './secret-keys.ts';

/** Who needs a variable: for which purpose, as `needed by …` reads on. */
export interface Need {
  purpose: string;
  place?: Place | undefined;
  /** What to do where GitHub withholds secrets. */
  withoutSecrets?: string | undefined;
}

/**
 * The value of a variable of the step's environment, redacted from every output from now on. Throws a GateError that
 * says who needs it when it is unset or empty.
 */
export function readSecret(context: GateContext, name: string, need: Need): string {
  const value = context.variables[name];
  if (!value) throw new GateError([reportUnset(context, name, need)]);
  context.redactor.add(value);
  return value;
}

/**
 * Reads a variable that the configuration uses as `${NAME}`, and hides its value from now on unless it is plainly not a
 * secret: the record needs commits and the names of apps. Throws a GateError as `readSecret` does.
 */
export function readVariable(context: GateContext, name: string, need: Need): string {
  const value = context.variables[name];
  if (!value) throw new GateError([reportUnset(context, name, need)]);
  if (mustBeHidden(name, value)) context.redactor.add(value);
  return value;
}

/** Replaces each `${UPPER_CASE}` name from the step's environment. Throws a GateError for those that are unset. */
export function replaceVariables<Value>(context: GateContext, value: Value, place?: Place): Value {
  const missing = listNames(value).filter(name => isVariableName(name) && !context.variables[name]);
  if (missing.length > 0) {
    throw new GateError(
      [...new Set(missing)].map(name =>
        reportUnset(context, name, { purpose: `\`\${${name}}\` in the configuration`, place }),
      ),
    );
  }
  for (const name of listSecretNames(value))
    if (isVariableName(name)) readSecret(context, name, { purpose: name, place });
  const resolved = interpolate(value, name =>
    isVariableName(name) ? readVariable(context, name, { purpose: name }) : undefined,
  );
  return resolved as Value;
}

/** Turns every escaped `$${name}` of a value into the literal `${name}`. */
export function unescapeValue<Value>(value: Value): Value {
  return mapTexts(value, unescapeText) as Value;
}

function reportUnset(context: GateContext, name: string, { purpose, place, withoutSecrets }: Need): Finding {
  if (context.secretsWithheld) {
    return found(forkWithoutSecrets, {
      message: `${name} is needed by ${purpose}, but GitHub withholds secrets from a pull request from a fork or by Dependabot.`,
      ...(withoutSecrets !== undefined && { help: withoutSecrets }),
      ...(place && { place }),
    });
  }
  return found(unsetVariable, {
    message: `The variable ${name}, needed by ${purpose}, is ${context.variables[name] === '' ? 'empty' : 'not set'} in this step.`,
    help: `Add it to the step: \`env: { ${name}: \${{ secrets.${name} }} }\`, and check that the secret exists for this environment.`,
    ...(place && { place }),
  });
}
