import { forkWithoutSecrets } from '../../../config/findings.ts';
import type { Variable } from '../../../config/schema/variables.ts';
import type { Variables } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Subject } from '../rule.ts';
import type { Reading, Readings } from '../sources/readings.ts';

export const missingVariable: FindingKind = {
  code: 'env/missing-variable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A variable that the service needs is not set, so the release will break when the service reads it.',
  cause: 'The secret or variable was never created for this environment, or the step does not pass it on.',
  help: 'Create it for this environment and pass it to the step with `env:`.',
};

export const emptyVariable: FindingKind = {
  code: 'env/empty-variable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A variable that the service needs is set but has no value.',
  cause:
    'The secret behind `${{ secrets.NAME }}` does not exist in this environment: GitHub puts an empty string in its place.',
  help: 'Create the secret or variable for this environment, and check its spelling.',
};

type Absent = Pick<Subject, 'name' | 'variable' | 'where'>;

/** Reports a required variable without a value. Any of `alternatives` would have satisfied the contract. */
export function reportAbsent(
  { name, variable, where }: Absent,
  reading: Extract<Reading, { state: 'empty' }> | undefined,
  { at, explainSetting }: Readings,
  alternatives: string[],
): Finding {
  const instead = alternatives.length > 0 ? `, and neither is ${alternatives.join(' or ')}` : '';
  if (reading) {
    const problem = reading.blank ? 'holds only white space' : 'empty';
    return found(emptyVariable, { message: `${name} is set${at.suffix} but ${problem}.`, ...where });
  }
  const message = `${name} is not set ${at.place}${instead}.`;
  return found(missingVariable, { message, help: explainSetting(variable), ...where });
}

/** The same in a run without secrets, where a missing value proves nothing about the release. */
export function reportWithheld({ name, where }: Absent): Finding {
  return found(forkWithoutSecrets, {
    message: `${name} has no value here, and GitHub gives no secrets to a pull request from a fork or of Dependabot.`,
    ...where,
  });
}

/** Whether the contract requires the variable, given the values of the others. */
export function isRequired(declared: Variable, variables: Variables): boolean {
  if (declared.default !== undefined || !declared.required) return false;
  if (listAlternatives(declared).some(name => variables[name]?.trim())) return false;
  const condition = declared['required-if'];
  if (condition === undefined) return true;
  if (typeof condition === 'string') return Boolean(variables[condition]?.trim());
  return Object.entries(condition).every(([name, value]) => variables[name] === String(value));
}

export function listAlternatives(declared: Variable): string[] {
  return [declared['alternative-to'] ?? []].flat();
}
