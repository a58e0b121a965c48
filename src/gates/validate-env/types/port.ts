import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';

export const port: Rule<VariableOf<'port'>> = subject => {
  const fits = /^\d{1,5}$/.test(subject.value) && Number(subject.value) >= 1 && Number(subject.value) <= 65_535;
  return fits ? [] : [invalid(subject, 'is not a port', 'Set it to a whole number from 1 to 65535.')];
};
