import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

export const boolean: EnvironmentType<VariableOf<'boolean'>> = {
  boundary: 'delivery',
  rule: subject =>
    ['true', 'false'].includes(subject.value)
      ? []
      : [reportInvalid(subject, 'is neither true nor false', 'Set it to true or false.')],
  guess: {
    names: [[/^(ENABLE|DISABLE|USE|IS|HAS)_|(_ENABLED|_DISABLED)$|^TRUST_PROXY$/, '{ type: boolean }']],
    example: [/^(true|false)$/i, '{ type: boolean }'],
  },
};
