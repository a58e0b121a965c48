import { type FindingKind, found } from '../../../core/finding.ts';
import type { Rule } from '../rule.ts';

export const notEqual: FindingKind = {
  code: 'env/not-equal',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A variable does not have the value that this environment needs.',
  cause: "It was copied from another environment, or the environment's address changed.",
  help: 'Set it to the value in the contract.',
};

export const equals: Rule = ({ name, declared, value, where }) => {
  if (declared.equals === undefined || value === String(declared.equals)) return [];
  return [
    found(notEqual, {
      message: `${name} is not "${declared.equals}".`,
      help: `Set it to ${declared.equals}.`,
      ...where,
    }),
  ];
};
