import { withPatientRedis } from '../../../clients/redis/session.ts';
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

/** Whether each Redis has the settings that the release needs. */
export const planRedisChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.redis ?? {}).map(([name, wanted]) => ({
    name: `redis.${name}`,
    boundary: 'data',
    run: async signal => {
      const place = config.placeOfKey(['preflight', 'redis', name]);
      const { url, target } = readRedisUrl(wanted.store, context, { place });
      try {
        const own = await withPatientRedis({ url, timeout, signal, clock: context.clock }, readSettings);
        const settings = wanted.upstash ? await addUpstashSettings(own, wanted.upstash, { ...context, signal }) : own;
        return judge(settings, wanted, { name, host: new URL(url).hostname, place });
      } catch (error) {
        const { verdict, findings } = convertRedisError(error, target, { boundary: 'data', place });
        return { verdict, findings };
      }
    },
  }));

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
  place: Place;
}

function judge(settings: Settings, wanted: RedisSettings, { name, host, place }: About): Outcome<never> {
  const findings: Finding[] = [];
  const add = (kind: FindingKind, message: string, help?: string) =>
    findings.push(found(kind, { message: `Redis ${name} ${message}.`, place, ...(help && { help }) }));
  const hidden = (what: string) =>
    add(unreadableSetting, `${settings.silence}, so the gate does not know ${what}`, suggestWhereToLook(host, what));
  const { policy, persistent, usedMemory, maxMemory } = settings;

  if (wanted.policy !== undefined && policy === undefined) hidden('its eviction policy');
  else if (wanted.policy !== undefined && policy !== wanted.policy)
    add(wrongPolicy, `has the eviction policy ${policy}, expected ${wanted.policy}`);

  if (wanted.persistence !== undefined && persistent === undefined) hidden('whether it keeps data on disk');
  else if (wanted.persistence && !persistent) add(noPersistence, 'keeps nothing on disk');
  else if (wanted.persistence && settings.saveFailed)
    add(noPersistence, 'failed to save its data the last time it tried');

  const share = wanted['memory-below'];
  if (share !== undefined && (usedMemory === undefined || maxMemory === undefined)) hidden('how much memory is left');
  else if (share !== undefined && maxMemory === 0)
    add(unreadableSetting, 'has no `maxmemory`, so the gate does not know how much memory is left', helpWithoutLimit);
  else if (share !== undefined && maxMemory && usedMemory !== undefined && usedMemory / maxMemory > share / 100)
    add(lowMemory, `uses ${Math.round((usedMemory / maxMemory) * 100)} % of its memory; the limit is ${share} %`);

  const least = wanted['at-least'];
  const { name: server, version } = chooseVersion(settings, least);
  if (least !== undefined && version === undefined) hidden('its version');
  else if (least !== undefined && (compareValues(version, least) ?? -1) < 0)
    add(oldRedis, `has version ${version} of ${server}, expected at least ${least}`);

  const detail = [version, policy, persistent ? 'persistent' : undefined].filter(Boolean).join(', ');
  const outcome = concludeFrom(findings, detail);
  const undecided = outcome.verdict === 'passed' && findings.some(({ code }) => code === unreadableSetting.code);
  return undecided ? { ...outcome, verdict: 'inconclusive' } : outcome;
}

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
