import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';
import { parseUrl, schemeOf } from './parse-url.ts';

export const redisUrl: Rule<VariableOf<'redis-url'>> = subject => {
  const url = parseUrl(subject.value);
  const scheme = url && schemeOf(url);
  if (scheme === 'http' || scheme === 'https') {
    const remedy = 'Use the address that begins with rediss://; the REST address is for HTTP clients only.';
    return [invalid(subject, 'is the address of a REST interface', remedy)];
  }
  if (!url?.host || (scheme !== 'redis' && scheme !== 'rediss')) {
    return [invalid(subject, 'is not a Redis connection URL', 'Set it to rediss://USER:PASSWORD@HOST:PORT.')];
  }
  const { tls } = subject.declared;
  if (tls === undefined || tls === (scheme === 'rediss')) return [];
  const problem = tls ? 'connects without TLS' : 'connects with TLS';
  return [invalid(subject, problem, `Use the address that begins with ${tls ? 'rediss' : 'redis'}://.`)];
};
