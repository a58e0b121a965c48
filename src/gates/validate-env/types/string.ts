import type { StringVariable } from '../../../config/schema/variables.ts';
import { findNearest } from '../../../core/nearest.ts';
import { matchPattern } from '../../../core/pattern.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';

export const string: Rule<StringVariable> = subject => {
  const { declared, value } = subject;
  const oneOf = declared['one-of'];
  if (oneOf && !oneOf.includes(value)) {
    const near = findNearest(value, oneOf);
    return [
      invalid(subject, 'has a value that is not in its list', `Set it to ${near ?? `one of ${oneOf.join(', ')}`}.`),
    ];
  }
  const [least, most] = [declared['min-length'] ?? 0, declared['max-length'] ?? Number.POSITIVE_INFINITY];
  if (value.length < least || value.length > most) {
    const bounds = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    return [invalid(subject, `has ${value.length} characters`, `Use ${bounds} characters.`)];
  }
  if (declared.pattern !== undefined && matchPattern(`^(?:${declared.pattern})$`, value) === null) {
    return [invalid(subject, 'does not match its pattern', `Set it to a value that matches ${declared.pattern}.`)];
  }
  return [];
};
