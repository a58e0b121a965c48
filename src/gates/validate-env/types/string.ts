import type { VariableOf } from '../../../config/schema/variables.ts';
import { findNearest } from '../../../core/nearest.ts';
import { matchPattern } from '../../../core/pattern.ts';
import { attemptRequest } from '../live/attempt-request.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

export const string: EnvironmentType<VariableOf<'string'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { declared, value } = subject;
    const oneOf = declared['one-of'];
    if (oneOf && !oneOf.includes(value)) {
      const near = findNearest(value, oneOf);
      return [
        reportInvalid(
          subject,
          'has a value that is not in its list',
          `Set it to ${near ?? `one of ${oneOf.join(', ')}`}.`,
        ),
      ];
    }
    const [least, most] = [declared['min-length'] ?? 0, declared['max-length'] ?? Number.POSITIVE_INFINITY];
    if (value.length < least || value.length > most) {
      const bounds = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
      return [reportInvalid(subject, `has ${value.length} characters`, `Use ${bounds} characters.`)];
    }
    if (declared.pattern !== undefined && matchPattern(`^(?:${declared.pattern})$`, value) === null) {
      return [
        reportInvalid(subject, 'does not match its pattern', `Set it to a value that matches ${declared.pattern}.`),
      ];
    }
    return [];
  },
  attempt: attemptRequest,
  guess: {
    names: [
      [/^NODE_ENV$/, '{ equals: production }'],
      [/^LOG_LEVEL$/, '{ one-of: [fatal, error, warn, info, debug, trace], default: info }'],
    ],
  },
};
