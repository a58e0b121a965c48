import { resolveDns } from '../../../clients/dns.ts';
import { asNetworkError, unknownHost } from '../../../clients/network-error.ts';
import type { DnsProbe } from '../../../config/schema/probe/network.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { attemptOf, attemptOfError, type Prober, type Where } from '../attempt.ts';

export const wrongRecord: FindingKind = {
  code: 'network/wrong-dns-record',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'DNS does not have the record that the release needs, so users are led elsewhere or nowhere.',
  cause: 'The record was not made or changed, or the change has not reached every name server yet.',
  remedy: 'Set the record at the DNS provider; after a change, wait for as long as the TTL of the old one.',
};

/** Names of hosts are the same in any case, and with a dot at the end. */
export function sameRecord(a: string, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\.$/, '');
  return plain(a) === plain(b);
}

export function dnsProber(probe: DnsProbe, where: Where): Prober {
  const { dns: host, type, timeout } = probe;
  const resolvers: (string | undefined)[] = probe.resolvers.length > 0 ? probe.resolvers : [undefined];
  return async ({ signal }) => {
    try {
      const answers = await Promise.all(
        resolvers.map(async resolver => ({
          at: resolver ? ` at ${resolver}` : '',
          records: await resolveDns({ host, type, resolver, timeout, signal }),
        })),
      );
      const findings = answers.flatMap(({ at, records }) => {
        const missing = probe.expect.filter(wanted => !records.some(record => sameRecord(record, wanted)));
        if (records.length > 0 && missing.length === 0) return [];
        const has = records.length > 0 ? records.join(', ') : `no record of type ${type}`;
        const wanted = missing.length > 0 ? `, expected ${missing.join(' and ')}` : '';
        return [found(wrongRecord, { seen: `DNS${at}: ${host} has ${has}${wanted}.`, ...where })];
      });
      const records = answers[0]?.records ?? [];
      return attemptOf(findings, { word: records.join(' ') || 'no record', detail: records.join(', ') });
    } catch (error) {
      const network = asNetworkError(error, host);
      const attempt = attemptOfError(error, `DNS ${type} ${host}`, where);
      // Here the record is what is asked for: that there is none is an answer.
      return network?.kind === unknownHost ? { ...attempt, verdict: 'failed' } : attempt;
    }
  };
}
