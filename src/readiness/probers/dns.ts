import { resolveDns } from '../../clients/dns.ts';
import { toNetworkError, unknownHost } from '../../clients/network-error.ts';
import type { DnsProbe } from '../../config/schema/probe/dns.ts';
import { formatDuration } from '../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { convertNetworkError, makeAttempt, type Prober, type Where } from '../attempt.ts';

export const wrongRecord: FindingKind = {
  code: 'network/wrong-dns-record',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'DNS does not have the record that the release needs, so users reach the wrong host or none.',
  cause: 'Nobody created or changed the record, or the change has not reached every name server yet.',
  help: 'Set the record at the DNS provider. After a change, wait for the TTL of the old record.',
};

export const slowDns: FindingKind = {
  code: 'network/dns-slow',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A name server answers slowly, and so delays the first visit of every user.',
  cause: "One of the zone's name servers is busy, far away or silent, or a resolver is under load.",
  help: "Query each name server of the zone with `dig`, and check the DNS provider's status page.",
};

/** A finding if a name server took longer than allowed; milliseconds. */
export function checkDnsLatency(target: string, took: number, within: number, where: Partial<Where>): Finding[] {
  if (took <= within) return [];
  const message = `${target}: the answer took ${formatDuration(took)}; the limit is ${formatDuration(within)}.`;
  return [found(slowDns, { message, ...where })];
}

/** Host names ignore case and a final dot. */
export function isSameRecord(a: string, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\.$/, '');
  return plain(a) === plain(b);
}

export function probeDns(probe: DnsProbe, where: Where): Prober {
  const { dns: host, type, timeout, within } = probe;
  const resolvers: (string | undefined)[] = probe.resolvers.length > 0 ? probe.resolvers : [undefined];
  return async ({ signal }) => {
    try {
      const answers = await Promise.all(
        resolvers.map(async resolver => {
          const started = performance.now();
          const records = await resolveDns({ host, type, resolver, timeout, signal });
          return { at: resolver ? ` at ${resolver}` : '', records, took: performance.now() - started };
        }),
      );
      const slow = answers.flatMap(({ at, took }) => checkDnsLatency(`DNS ${type} ${host}${at}`, took, within, where));
      const wrong = answers.flatMap(({ at, records }) => {
        const missing = probe.expect.filter(wanted => !records.some(record => isSameRecord(record, wanted)));
        if (records.length > 0 && missing.length === 0) return [];
        const has = records.length > 0 ? records.join(', ') : `no record of type ${type}`;
        const wanted = missing.length > 0 ? `, expected ${missing.join(' and ')}` : '';
        return [found(wrongRecord, { message: `DNS${at}: ${host} has ${has}${wanted}.`, ...where })];
      });
      const records = answers[0]?.records ?? [];
      const took = Math.max(...answers.map(answer => answer.took));
      return makeAttempt([...wrong, ...slow], {
        word: wrong.length === 0 && slow.length > 0 ? 'slow' : records.join(' ') || 'no record',
        detail: `${records.join(', ') || 'no record'} in ${formatDuration(took)}`,
        isolated: wrong.length === 0,
      });
    } catch (error) {
      const network = toNetworkError(error, host);
      const attempt = convertNetworkError(error, `DNS ${type} ${host}`, where);
      // This probe asks for the record itself, so a host without one is an answer.
      return network?.kind === unknownHost ? { ...attempt, verdict: 'failed' } : attempt;
    }
  };
}
