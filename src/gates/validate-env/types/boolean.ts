import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';

export const boolean: Rule<VariableOf<'boolean'>> = subject =>
  ['true', 'false'].includes(subject.value)
    ? []
    : [invalid(subject, 'is neither true nor false', 'Set it to true or false.')];
