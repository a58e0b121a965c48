import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

export const json: EnvironmentType<VariableOf<'json'>> = {
  boundary: 'delivery',
  rule: subject => {
    const parsed = parse(subject.value);
    if (parsed === undefined) {
      const help = 'Set it to valid JSON; remove quotes around the whole, and quotes that were escaped twice.';
      return [reportInvalid(subject, 'is not valid JSON', help)];
    }
    const { keys } = subject.declared;
    if (keys.length === 0) return [];
    const isObject = parsed.value !== null && typeof parsed.value === 'object' && !Array.isArray(parsed.value);
    if (!isObject)
      return [reportInvalid(subject, 'is JSON but not an object', `Set it to an object with ${keys.join(', ')}.`)];
    const missing = keys.filter(key => !Object.hasOwn(Object(parsed.value), key));
    return missing.map(key => reportInvalid(subject, `has no key "${key}"`, `Add the key "${key}".`));
  },
};

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // the message of the parser would quote the value
  }
}
