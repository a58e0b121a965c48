import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

export const port: EnvironmentType<VariableOf<'port'>> = {
  boundary: 'delivery',
  rule: subject => {
    const fits = /^\d{1,5}$/.test(subject.value) && Number(subject.value) >= 1 && Number(subject.value) <= 65_535;
    return fits ? [] : [reportInvalid(subject, 'is not a port', 'Set it to a whole number from 1 to 65535.')];
  },
  guess: { names: [[/(^|_)PORT$/, '{ type: port }']] },
};
