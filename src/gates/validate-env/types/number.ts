import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

export const number: EnvironmentType<VariableOf<'number'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { declared, value } = subject;
    const parsed = Number(value);
    if (!/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(value))
      return [reportInvalid(subject, 'is not a number', 'Set it to a number.')];
    if (declared.integer && !Number.isInteger(parsed))
      return [reportInvalid(subject, 'is not a whole number', 'Set it to a whole number.')];
    const [min, max] = [declared.min ?? Number.NEGATIVE_INFINITY, declared.max ?? Number.POSITIVE_INFINITY];
    if (parsed < min) return [reportInvalid(subject, `is less than ${min}`, `Set it to at least ${min}.`)];
    if (parsed > max) return [reportInvalid(subject, `is more than ${max}`, `Set it to at most ${max}.`)];
    return [];
  },
  guess: { rank: 3, example: [/^-?\d+(\.\d+)?$/, '{ type: number }'] },
};
