import { recognizeRedisText } from '../../../clients/redis/url.ts';
import type { VariableOf } from '../../../config/schema/variables.ts';
import { canConnect, standardWait } from '../live/live.ts';
import type { EnvironmentType } from './environment-type.ts';
import { checkEscaping } from './escaping.ts';
import { checkHost } from './host.ts';
import { reportInvalid } from './invalid.ts';
import { getScheme, parseUrl } from './urls.ts';

/** Whether a provider's hosts speak TLS; the first that matches decides. */
const tlsOfHosts = [
  // fly.io/docs/upstash/redis, What you should know: on the private network, without TLS.
  { host: /^fly-[^.]+\.upstash\.io$/, tls: false },
  // upstash.com/docs/redis/features/security: TLS is always on.
  { host: /\.upstash\.io$/, tls: true },
];

export const redisUrl: EnvironmentType<VariableOf<'redis-url'>> = {
  boundary: 'data',
  rule: subject => {
    const { declared } = subject;
    const url = parseUrl(subject.value);
    const scheme = url && getScheme(url);
    const other = recognizeRedisText(subject.value);
    if (other) return [reportInvalid(subject, `is ${other.name}`, other.help)];
    const unescaped = checkEscaping(subject);
    if (unescaped.length > 0) return unescaped;
    if (!url?.host || !/^(rediss?|valkeys?)$/.test(scheme ?? '')) {
      return [reportInvalid(subject, 'is not a Redis connection URL', 'Set it to rediss://USER:PASSWORD@HOST:PORT.')];
    }
    const findings = checkHost(subject, url.hostname, declared.host);
    const ofHost = tlsOfHosts.find(({ host }) => host.test(url.hostname))?.tls;
    if (ofHost === false && declared.tls) {
      const help =
        'Remove `tls: true` from its declaration: services reach this host over the private network of Fly.io.';
      return [...findings, reportInvalid(subject, 'leads to an endpoint of Fly.io that has no TLS', help)];
    }
    const isSecure = scheme === 'rediss' || scheme === 'valkeys';
    const wantsTls = declared.tls ?? ofHost;
    if (wantsTls !== undefined && wantsTls !== isSecure) {
      const problem = wantsTls ? 'connects without TLS' : 'connects with TLS';
      const help = `Use the address that begins with ${wantsTls ? 'rediss' : 'redis'}://.`;
      findings.push(reportInvalid(subject, problem, help));
    }
    return findings;
  },
  isSecret: () => true,
  attempt: live => {
    const { live: wanted } = live.declared;
    if (!wanted || !canConnect(live.value, /^(rediss?|valkeys?):$/)) return undefined;
    const options = wanted === true ? { within: standardWait, key: 'release-gates' } : wanted;
    const run = async (signal: AbortSignal) => (await import('../live/redis.ts')).tryRedis(live, options, signal);
    return { within: options.within, run };
  },
  guess: {
    names: [[/REDIS(_TLS)?_URL|^KV_URL$/, '{ type: redis-url }']],
    example: [/^rediss?:\/\//, '{ type: redis-url }'],
  },
};
