import type { VariableOf } from '../../../config/schema/variables.ts';
import { canConnect, standardWait } from '../live/live.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';
import { parseUrl } from './urls.ts';

export const upstashRestUrl: EnvironmentType<VariableOf<'upstash-rest-url'>> = {
  boundary: 'data',
  rule: subject => {
    const url = parseUrl(subject.value);
    if (/^rediss?:$/.test(url?.protocol ?? '')) {
      const help =
        'Use the address that begins with https:// (UPSTASH_REDIS_REST_URL); the TCP address is for Redis clients.';
      return [reportInvalid(subject, 'is the TCP address of Redis', help)];
    }
    if (url?.host && /^https?:$/.test(url.protocol)) return [];
    return [reportInvalid(subject, 'is not the address of a REST interface', 'Set it to https://NAME.upstash.io.')];
  },
  attempt: live => {
    if (!live.declared.live || !canConnect(live.value, /^https?:$/)) return undefined;
    const run = async (signal: AbortSignal) => (await import('../live/upstash.ts')).tryUpstash(live, signal);
    return { within: standardWait, run };
  },
  guess: {
    rank: -1,
    names: [[/UPSTASH_REDIS_REST_URL/, '{ type: upstash-rest-url, token: UPSTASH_REDIS_REST_TOKEN }']],
  },
};
