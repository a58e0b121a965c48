import { isMapping } from '../core/is-mapping.ts';
import { listNames } from './interpolation.ts';

/** Keys and headers whose values are credentials, whatever the variables behind them are called. */
const credentials =
  /^(?:bearer|basic|token|secret|password|passphrase|key|certificate|cookie|(?:proxy-)?authorization|protection-bypass|x-.*(?:key|token|secret|auth|bypass).*)$/i;

export function isSecretKey(key: string | number): boolean {
  return typeof key === 'string' && credentials.test(key);
}

/** The names that a value uses under such a key. */
export function listSecretNames(value: unknown, isSecret = false): string[] {
  if (typeof value === 'string') return isSecret ? listNames(value) : [];
  if (Array.isArray(value)) return value.flatMap(item => listSecretNames(item, isSecret));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => listSecretNames(part, isSecret || isSecretKey(key)));
}
