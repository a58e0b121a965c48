import { withRedis } from '../../../clients/redis.ts';
import type { RedisSettings } from '../../../config/schema/preflight/redis.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { compareValues } from '../../../expectations/matchers/order.ts';
import { convertRedisError, readRedisUrl } from '../../../readiness/probers/redis-errors.ts';
import { createUpstash } from '../../../vendors/upstash/api.ts';
import type { Section } from '../section.ts';
import { lowMemory, noPersistence, oldRedis, unreadableSetting, wrongPolicy } from './findings.ts';
import { readSettings, type Settings } from './settings.ts';

const timeout = 10_000;

/** Whether each Redis is set up as the release needs it. */
export const planRedisChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.redis ?? {}).map(([name, wanted]) => ({
    name: `redis.${name}`,
    boundary: 'data',
    run: async signal => {
      const place = config.placeOfKey(['preflight', 'redis', name]);
      const { url, target } = readRedisUrl(wanted.store, context, { place });
      try {
        const told = await withRedis({ url, timeout, signal }, readSettings);
        const settings = wanted.upstash ? await withUpstash(told, wanted.upstash, { ...context, signal }) : told;
        return judge(settings, wanted, { name, host: new URL(url).hostname, place });
      } catch (error) {
        const { verdict, findings } = convertRedisError(error, target, { boundary: 'data', place });
        return { verdict, findings };
      }
    },
  }));

/** Upstash always keeps data on disk, and evicts nothing unless eviction is switched on (upstash/docs, eviction). */
async function withUpstash(told: Settings, id: string, context: GateContext): Promise<Settings> {
  const { eviction } = await createUpstash(context).database(id, context.signal);
  return {
    ...told,
    persistent: true,
    policy: eviction === undefined ? undefined : eviction ? 'optimistic-volatile' : 'noeviction',
  };
}

interface About {
  name: string;
  host: string;
  place: Place;
}

function judge(settings: Settings, wanted: RedisSettings, { name, host, place }: About): Outcome<never> {
  const findings: Finding[] = [];
  const add = (kind: FindingKind, message: string, help?: string) =>
    findings.push(found(kind, { message: `Redis ${name} ${message}.`, place, ...(help && { help }) }));
  const hidden = (what: string) =>
    add(unreadableSetting, `${settings.silence}, so ${what} is not known`, suggestWhereToLook(host, what));
  const { policy, persistent, version, usedMemory, maxMemory } = settings;

  if (wanted.policy !== undefined && policy === undefined) hidden('its eviction policy');
  else if (wanted.policy !== undefined && policy !== wanted.policy)
    add(wrongPolicy, `has the eviction policy ${policy}, expected ${wanted.policy}`);

  if (wanted.persistence !== undefined && persistent === undefined) hidden('whether it keeps data on disk');
  else if (wanted.persistence && !persistent) add(noPersistence, 'keeps nothing on disk');
  else if (wanted.persistence && settings.saveFailed)
    add(noPersistence, 'could not save its data the last time it tried');

  const share = wanted['memory-below'];
  if (share !== undefined && (usedMemory === undefined || maxMemory === undefined)) hidden('how much memory is left');
  else if (share !== undefined && maxMemory && usedMemory !== undefined && usedMemory / maxMemory > share / 100)
    add(lowMemory, `uses ${Math.round((usedMemory / maxMemory) * 100)} % of its memory, allowed are ${share} %`);

  const least = wanted['at-least'];
  if (least !== undefined && version === undefined) hidden('its version');
  else if (least !== undefined && (compareValues(version, least) ?? -1) < 0)
    add(oldRedis, `is of version ${version}, expected at least ${least}`);

  const detail = [version, policy, persistent ? 'persistent' : undefined].filter(Boolean).join(', ');
  const outcome = concludeFrom(findings, detail);
  const undecided = outcome.verdict === 'passed' && findings.some(({ code }) => code === unreadableSetting.code);
  return undecided ? { ...outcome, verdict: 'inconclusive' } : outcome;
}

/** Where the setting is found by hand, or by a key. */
function suggestWhereToLook(host: string, what: string): string {
  if (host.endsWith('.upstash.io')) {
    return `Name the database with \`upstash: <id>\` and give UPSTASH_EMAIL and UPSTASH_API_KEY, so that Upstash's API is asked for ${what}; or look at Eviction in its console.`;
  }
  if (host.includes('cache.amazonaws.com')) return `Look at ${what} in the parameter group of ElastiCache.`;
  if (host.endsWith('.render.com'))
    return `Look at ${what} (Maxmemory Policy) on the page of the Key Value instance on Render.`;
  return `Look at ${what} in the console of the provider.`;
}
