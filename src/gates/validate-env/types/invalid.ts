import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Subject } from '../rule.ts';

export const invalidValue: FindingKind = {
  code: 'env/invalid-value',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A variable is set, and its value is not of the type or form that the contract declares.',
  cause: 'A value for another variable, one from another environment, or damage from copy and paste.',
  help: 'Set it to a value of the declared form.',
};

/** `problem` completes the sentence that begins with the variable, and holds nothing of its value. */
export function reportInvalid(
  { name, where }: Pick<Subject, 'name' | 'where'>,
  problem: string,
  help: string,
): Finding {
  return found(invalidValue, { message: `${name} ${problem}.`, help, ...where });
}
