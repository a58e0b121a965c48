import { type FindingKind, found } from '../../../core/finding.ts';
import type { Rule } from '../rule.ts';

export const sameValue: FindingKind = {
  code: 'env/same-value',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Two variables that must differ have the same value, so whoever has one secret has both.',
  cause: 'The same value was pasted twice.',
  help: 'Generate a separate value for one of them.',
};

export const differsFrom: Rule = ({ name, declared, value, variables, where }) =>
  [declared['differs-from'] ?? []]
    .flat()
    .filter(other => variables[other] === value)
    .map(other => found(sameValue, { message: `${name} has the same value as ${other}.`, ...where }));
