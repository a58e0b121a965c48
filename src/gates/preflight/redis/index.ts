import { withPatientRedis } from '../../../clients/redis/session.ts';
import type { RedisSettings } from '../../../config/schema/preflight/redis.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { compareValues } from '../../../expectations/matchers/order.ts';
import { convertRedisError, readRedisUrl } from '../../../readiness/probers/redis-errors.ts';
import { createUpstash } from '../../../vendors/upstash/api.ts';
import { locateErrors } from '../locate-errors.ts';
import type { Section } from '../section.ts';
import { lowMemory, noPersistence, oldRedis, unreadableSetting, wrongPolicy } from './findings.ts';
import { readSettings, type Settings } from './settings.ts';

const timeout = 10_000;

/** Whether each Redis has the settings that the release needs. */
export const planRedisChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.redis ?? {}).map(([name, wanted]) => {
    const findPlace = (key: string) => config.placeOfKey(['preflight', 'redis', name, key]);
    const run = async (signal: AbortSignal): Promise<Outcome<never>> => {
      const place = findPlace('store');
      const { url, target } = readRedisUrl(wanted.store, context, { place });
      try {
        const own = await withPatientRedis({ url, timeout, signal, clock: context.clock }, readSettings);
        const settings = wanted.upstash ? await addUpstashSettings(own, wanted.upstash, { ...context, signal }) : own;
        return judge(settings, wanted, { name, host: new URL(url).hostname, findPlace });
      } catch (error) {
        const { verdict, findings } = convertRedisError(error, target, { boundary: 'data', place });
        return { verdict, findings };
      }
    };
    const source = { key: `preflight.redis.${name}.upstash`, place: findPlace('upstash') };
    return { name: `redis.${name}`, boundary: 'data', run: locateErrors(source, run) };
  });

/** Upstash always keeps data on disk, and evicts keys only if eviction is switched on (upstash/docs, eviction). */
async function addUpstashSettings(own: Settings, id: string, context: GateContext): Promise<Settings> {
  const { eviction } = await createUpstash(context).database(id, context.signal);
  return {
    ...own,
    persistent: true,
    policy: eviction === undefined ? undefined : eviction ? 'optimistic-volatile' : 'noeviction',
  };
}

interface About {
  name: string;
  host: string;
  /** The place of a key of this Redis. */
  findPlace(key: keyof RedisSettings): Place;
}

function judge(settings: Settings, wanted: RedisSettings, { name, host, findPlace }: About): Outcome<never> {
  const findings: Finding[] = [];
  const add = (key: keyof RedisSettings, kind: FindingKind, message: string, help = kind.help) =>
    findings.push(found(kind, { message: `Redis ${name} ${message}.`, help, place: findPlace(key) }));
  const hidden = (key: keyof RedisSettings, what: string) =>
    add(
      key,
      unreadableSetting,
      `${settings.silence}, so the gate does not know ${what}`,
      suggestWhereToLook(host, what),
    );
  const { policy, persistent, usedMemory, maxMemory } = settings;

  if (wanted.policy !== undefined && policy === undefined) hidden('policy', 'its eviction policy');
  else if (wanted.policy !== undefined && policy !== wanted.policy)
    add('policy', wrongPolicy, `has the eviction policy ${policy}, expected ${wanted.policy}`);

  if (wanted.persistence !== undefined && persistent === undefined)
    hidden('persistence', 'whether it keeps data on disk');
  else if (wanted.persistence && !persistent) add('persistence', noPersistence, 'keeps nothing on disk');
  else if (wanted.persistence && settings.saveFailed)
    add('persistence', noPersistence, 'failed to save its data the last time it tried');

  const share = wanted['memory-below'];
  if (share !== undefined && (usedMemory === undefined || maxMemory === undefined))
    hidden('memory-below', 'how much memory is left');
  else if (share !== undefined && maxMemory === 0)
    add('memory-below', unreadableSetting, withoutLimit, helpWithoutLimit);
  else if (share !== undefined && maxMemory && usedMemory !== undefined && usedMemory / maxMemory > share / 100)
    add(
      'memory-below',
      lowMemory,
      `uses ${Math.round((usedMemory / maxMemory) * 100)} % of its memory; the limit is ${share} %`,
    );

  const least = wanted['at-least'];
  const { name: server, version } = chooseVersion(settings, least);
  if (least !== undefined && version === undefined) hidden('at-least', 'its version');
  else if (least !== undefined && (compareValues(version, least) ?? -1) < 0)
    add('at-least', oldRedis, `has version ${version} of ${server}, expected at least ${least}`);

  const detail = [version, policy, persistent ? 'persistent' : undefined].filter(Boolean).join(', ');
  const outcome = concludeFrom(findings, detail);
  const undecided = outcome.verdict === 'passed' && findings.some(({ code }) => code === unreadableSetting.code);
  return undecided ? { ...outcome, verdict: 'inconclusive' } : outcome;
}

const withoutLimit = 'has no `maxmemory`, so the gate does not know how much memory is left';
const helpWithoutLimit =
  'Set `maxmemory` to what the plan or the machine allows, or remove `memory-below`. Without it, Redis grows until the system kills it.';

/**
 * Valkey and KeyDB went on counting where their Redis ended. Other servers count for themselves, so their own version is meant only by
 * one of the same major version, and any other means the version of Redis that they imitate.
 */
function chooseVersion({ own, version }: Settings, least = ''): { name: string; version: string | undefined } {
  const countsOn = own !== undefined && ['Valkey', 'KeyDB'].includes(own.name);
  const isOwn = own && (countsOn || own.version.split('.')[0] === least.split('.')[0]);
  return isOwn ? own : { name: 'Redis', version };
}

/** Where a person finds the setting, or what the gate needs to read it. */
function suggestWhereToLook(host: string, what: string): string {
  if (host.endsWith('.upstash.io')) {
    return `Set \`upstash: <id>\`, UPSTASH_EMAIL and UPSTASH_API_KEY, so that the gate asks Upstash's API for ${what}; or check Eviction in its console.`;
  }
  if (host.includes('cache.amazonaws.com')) return `Check ${what} in the parameter group of ElastiCache.`;
  if (host.endsWith('.render.com'))
    return `Check ${what} (Maxmemory Policy) on the page of the Key Value instance on Render.`;
  return `Check ${what} in the provider's console.`;
}
