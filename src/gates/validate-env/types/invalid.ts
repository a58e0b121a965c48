import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Subject } from '../rule.ts';

export const invalidValue: FindingKind = {
  code: 'env/invalid-value',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The value of a variable does not match the type or form that the contract declares.',
  cause: 'The value belongs to another variable or environment, or was damaged by copy and paste.',
  help: 'Set it to a value that matches its declaration.',
};

/** `problem` completes a sentence that begins with the variable, and never shows its value. */
export function reportInvalid(
  { name, where }: Pick<Subject, 'name' | 'where'>,
  problem: string,
  help: string,
): Finding {
  return found(invalidValue, { message: `${name} ${problem}.`, help, ...where });
}
