import { forkWithoutSecrets } from '../../../config/findings.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Subject } from './rule.ts';

export const missingVariable: FindingKind = {
  code: 'env/missing-variable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A variable that the service needs is not set, so the release would break when it is first read.',
  cause: 'The secret or variable was never created for this environment, or the step does not pass it on.',
  remedy: 'Create it for this environment and pass it to the step with `env:`.',
};

export const emptyVariable: FindingKind = {
  code: 'env/empty-variable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A variable that the service needs is there, without a value.',
  cause:
    'The secret behind `${{ secrets.NAME }}` does not exist in this environment: GitHub puts an empty text in its place.',
  remedy: 'Create the secret or variable for this environment, and check how it is spelt.',
};

/** What is wrong with a required variable that has no value. */
export function absence({ name, variable, variables, where }: Omit<Subject, 'value'>, withheld: boolean): Finding {
  if (withheld) {
    return found(forkWithoutSecrets, {
      seen: `${name} has no value here, and GitHub gives no secrets to a pull request from a fork or of Dependabot.`,
      ...where,
    });
  }
  const value = variables[variable];
  if (value !== undefined) {
    const problem = value === '' ? 'empty' : 'holds only white space';
    return found(emptyVariable, { seen: `${name} is set and ${problem}.`, ...where });
  }
  const remedy = `Create ${variable} for this environment and pass it to the step: \`env: { ${variable}: \${{ secrets.${variable} }} }\`.`;
  return found(missingVariable, { seen: `${name} is not set in this step.`, remedy, ...where });
}
