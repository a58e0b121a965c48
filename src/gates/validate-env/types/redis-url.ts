import type { VariableOf } from '../../../config/schema/variables.ts';
import { canConnect, standardWait } from '../live/live.ts';
import type { EnvironmentType } from './environment-type.ts';
import { checkEscaping } from './escaping.ts';
import { checkHost } from './host.ts';
import { reportInvalid } from './invalid.ts';
import { getScheme, parseUrl } from './urls.ts';

export const redisUrl: EnvironmentType<VariableOf<'redis-url'>> = {
  boundary: 'data',
  rule: subject => {
    const { declared } = subject;
    const url = parseUrl(subject.value);
    const scheme = url && getScheme(url);
    if (scheme === 'http' || scheme === 'https') {
      const help = 'Use the address that begins with rediss://; the REST address is for HTTP clients only.';
      return [reportInvalid(subject, 'is the address of a REST interface', help)];
    }
    const unescaped = checkEscaping(subject);
    if (unescaped.length > 0) return unescaped;
    if (!url?.host || (scheme !== 'redis' && scheme !== 'rediss')) {
      return [reportInvalid(subject, 'is not a Redis connection URL', 'Set it to rediss://USER:PASSWORD@HOST:PORT.')];
    }
    const findings = checkHost(subject, url.hostname, declared.host);
    // docs: Upstash, Redis, connect your client: TLS is on and cannot be left out.
    const wantsTls = declared.tls ?? (url.hostname.endsWith('.upstash.io') || undefined);
    if (wantsTls !== undefined && wantsTls !== (scheme === 'rediss')) {
      const problem = wantsTls ? 'connects without TLS' : 'connects with TLS';
      const help = `Use the address that begins with ${wantsTls ? 'rediss' : 'redis'}://.`;
      findings.push(reportInvalid(subject, problem, help));
    }
    return findings;
  },
  isSecret: () => true,
  attempt: live => {
    const { live: wanted } = live.declared;
    if (!wanted || !canConnect(live.value, /^rediss?:$/)) return undefined;
    const options = wanted === true ? { within: standardWait, key: 'release-gates' } : wanted;
    const run = async (signal: AbortSignal) => (await import('../live/redis.ts')).tryRedis(live, options, signal);
    return { within: options.within, run };
  },
  guess: {
    names: [[/REDIS(_TLS)?_URL|^KV_URL$/, '{ type: redis-url, tls: true }']],
    example: [/^rediss?:\/\//, '{ type: redis-url }'],
  },
};
