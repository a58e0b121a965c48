import type { CaaRecord, MxRecord } from 'node:dns';
import { formatDuration } from '../core/duration.ts';
import { formatError, getErrorCode } from '../core/errors.ts';
import { dnsFailed, dnsSilent, NetworkError, toNetworkError, unknownHost } from './network-error.ts';

export interface DnsRequest {
  host: string;
  type: 'A' | 'AAAA' | 'CNAME' | 'CAA' | 'MX' | 'NS' | 'TXT';
  /** A name server by address or name, with a port if it is not 53. Default: those of the runner. */
  resolver?: string | undefined;
  /** Milliseconds. */
  timeout: number;
  signal: AbortSignal;
}

/**
 * The records of a host as text, sorted; none where the host has none of this type. Throws a NetworkError when the name
 * servers know no such host or do not answer, and the signal's reason when aborted.
 */
export async function resolveDns(request: DnsRequest): Promise<string[]> {
  const { Resolver } = await import('node:dns/promises');
  const { host, type, resolver, timeout, signal } = request;
  signal.throwIfAborted();
  const dns = new Resolver({ timeout: Math.max(1, Math.floor(timeout / 2)), tries: 2 });
  if (resolver !== undefined) dns.setServers([await findAddress(resolver)]);
  const stop = () => dns.cancel();
  const overdue = setTimeout(stop, timeout);
  signal.addEventListener('abort', stop, { once: true });
  const target = `DNS ${type} ${host}${resolver ? ` at ${resolver}` : ''}`;
  try {
    return formatRecords(await dns.resolve(host, type)).sort();
  } catch (error) {
    signal.throwIfAborted();
    const code = getErrorCode(error);
    if (code === 'ENODATA') return [];
    if (code === 'ENOTFOUND') throw new NetworkError(unknownHost, `${target}: there is no such host (NXDOMAIN)`);
    if (code === 'ECANCELLED' || code === 'ETIMEOUT')
      throw new NetworkError(dnsSilent, `${target}: no answer within ${formatDuration(timeout)}`);
    throw toNetworkError(error, target) ?? error;
  } finally {
    clearTimeout(overdue);
    signal.removeEventListener('abort', stop);
  }
}

/** The address of a name server that is given by name or address, with its port if it has one. */
async function findAddress(resolver: string): Promise<string> {
  const [, name, port = ''] = /^([^:[\]]+)(:\d+)?$/.exec(resolver) ?? [];
  if (name === undefined || /^[\d.]+$/.test(name)) return resolver;
  const { lookup } = await import('node:dns/promises');
  try {
    const { address, family } = await lookup(name);
    return `${family === 6 ? `[${address}]` : address}${port}`;
  } catch (error) {
    throw new NetworkError(dnsFailed, `The name server ${name} has no address: ${formatError(error)}`);
  }
}

/**
 * Whether the runner's own resolver has anything to say of a host within so many milliseconds, be it that there is
 * none.
 */
export async function canResolve(host: string, ms: number): Promise<boolean> {
  const { default: dns } = await import('node:dns');
  const answered = Promise.withResolvers<boolean>();
  const overdue = setTimeout(() => answered.resolve(false), ms);
  dns.lookup(host, {}, () => answered.resolve(true));
  try {
    return await answered.promise;
  } finally {
    clearTimeout(overdue);
  }
}

function formatRecords(records: unknown): string[] {
  if (!Array.isArray(records)) return [];
  return records.map((record: unknown) => {
    if (typeof record === 'string') return record;
    if (Array.isArray(record)) return record.join(''); // TXT comes in parts
    return isMx(record) ? `${record.priority} ${record.exchange}` : formatCaa(record as CaaRecord);
  });
}

function isMx(record: unknown): record is MxRecord {
  return record !== null && typeof record === 'object' && 'exchange' in record;
}

/** RFC 8659: the properties that say who may issue certificates. */
function formatCaa({ issue, issuewild, iodef }: CaaRecord): string {
  if (issue !== undefined) return `issue ${issue}`;
  return issuewild === undefined ? `iodef ${iodef}` : `issuewild ${issuewild}`;
}
