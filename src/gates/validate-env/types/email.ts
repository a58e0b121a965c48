import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

/** An address, or one with a name as a mail's sender has it: `Example <mail@example.com>`. */
export const email: EnvironmentType<VariableOf<'email'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { declared, value } = subject;
    const address = /^[^<>]*<([^<>]+)>$/.exec(value)?.[1] ?? value;
    const domain =
      /^[^\s@<>",;]+@((?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+))$/iu.exec(
        address,
      )?.[1];
    if (domain === undefined)
      return [reportInvalid(subject, 'is not an e-mail address', 'Set it to an address such as mail@example.com.')];
    if (declared.domain === undefined || domain.toLowerCase() === declared.domain.toLowerCase()) return [];
    return [reportInvalid(subject, `is not an address at ${declared.domain}`, `Use an address at ${declared.domain}.`)];
  },
  guess: {
    names: [[/(_FROM|_EMAIL|_MAIL)$/, '{ type: email }']],
    example: [/^[^\s@/:]+@[^\s@]+\.[a-z]+$/i, '{ type: email }'],
  },
};
