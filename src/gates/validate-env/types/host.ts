import { domainToASCII } from 'node:url';
import type { Finding } from '../../../core/finding.ts';
import type { Subject } from '../rule.ts';
import { reportInvalid } from './invalid.ts';

type Named = Pick<Subject, 'name' | 'where'>;

/** What is wrong with the host of an address; `wanted` are hosts, `*.example.com` for any below. */
export function checkHost(subject: Named, host: string, wanted: string | string[] | undefined): Finding[] {
  const hosts = [wanted ?? []].flat();
  if (hosts.length === 0 || hosts.some(pattern => matchesHost(host, pattern))) return [];
  const list = hosts.join(' or ');
  return [reportInvalid(subject, `does not lead to ${list}`, `Use the address of ${list}.`)];
}

/** The same for an address with several hosts; reports the first. */
export function checkHosts(subject: Named, urls: URL[], wanted: string | string[] | undefined): Finding[] {
  return urls.flatMap(({ hostname }) => checkHost(subject, hostname, wanted)).slice(0, 1);
}

function matchesHost(host: string, pattern: string): boolean {
  const [actual, wanted] = [host.toLowerCase(), toAscii(pattern)];
  return wanted.startsWith('*.') ? actual.endsWith(wanted.slice(1)) : actual === wanted;
}

/** A host in its own script, as a URL has it. */
function toAscii(pattern: string): string {
  const start = pattern.startsWith('*.') ? '*.' : '';
  return `${start}${domainToASCII(pattern.slice(start.length))}` || pattern.toLowerCase();
}

/** Whether an address leads to the machine it is used on, which in production is never meant. */
export function isLocalHost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\./.test(host) || host === '[::1]';
}
