import type { LivePostgres, LiveRedis } from '../../../config/schema/variables/live.ts';
import type { Check } from '../../../core/check.ts';
import { offendersIn } from '../types/escaping.ts';
import type { Live } from './live.ts';

/** Milliseconds that a check has beyond what its connection has, to say what it saw. */
const grace = 2_000;
const standard = 10_000;

/** The check that tries a value, if its declaration asks for that. Each kind of client is loaded only here. */
export function liveCheck(live: Live): Check | undefined {
  const { declaration, where } = live;
  const { declared, name } = declaration;
  const check = (within: number, run: Check['run']): Check => ({
    name: `${name}: live`,
    boundary: where.boundary,
    deadline: within + grace,
    run,
  });
  if (!('live' in declared) || !declared.live || !canBeTried(live)) return undefined;
  switch (declared.type) {
    case 'postgres-url': {
      const options: LivePostgres = declared.live === true ? { within: standard } : declared.live;
      return check(options.within, async signal => (await import('./postgres.ts')).tryPostgres(live, options, signal));
    }
    case 'redis-url': {
      const options: LiveRedis = declared.live === true ? { within: standard, key: 'release-gates' } : declared.live;
      return check(options.within, async signal => (await import('./redis.ts')).tryRedis(live, options, signal));
    }
    case 'supabase-url':
      return check(standard, async signal => (await import('./supabase.ts')).trySupabase(live, true, signal));
    case 'upstash-rest-url':
      return check(standard, async signal => (await import('./upstash.ts')).tryUpstash(live, true, signal));
    default: {
      const request = declared.live;
      return check(request.within, async signal => (await import('./request.ts')).tryRequest(live, request, signal));
    }
  }
}

const schemes: Partial<Record<string, RegExp>> = {
  'postgres-url': /^postgres(ql)?:$/,
  'redis-url': /^rediss?:$/,
  'supabase-url': /^https?:$/,
  'upstash-rest-url': /^https?:$/,
};

/** A value that is no address of its kind is told by the rule of its type; a client would make something of it. */
function canBeTried({ declaration, value }: Live): boolean {
  const scheme = schemes[declaration.declared.type ?? ''];
  if (scheme === undefined) return true;
  return URL.canParse(value) && scheme.test(new URL(value).protocol) && offendersIn(value).length === 0;
}
