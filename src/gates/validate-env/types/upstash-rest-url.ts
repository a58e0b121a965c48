import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';
import { parseUrl } from './parse-url.ts';

export const upstashRestUrl: Rule<VariableOf<'upstash-rest-url'>> = subject => {
  const url = parseUrl(subject.value);
  if (/^rediss?:$/.test(url?.protocol ?? '')) {
    const help =
      'Use the address that begins with https:// (UPSTASH_REDIS_REST_URL); the TCP address is for Redis clients.';
    return [invalid(subject, 'is the TCP address of Redis', help)];
  }
  if (url?.host && /^https?:$/.test(url.protocol)) return [];
  return [invalid(subject, 'is not the address of a REST interface', 'Set it to https://NAME.upstash.io.')];
};
