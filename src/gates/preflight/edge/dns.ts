import { type DnsRequest, resolveDns } from '../../../clients/dns.ts';
import { NetworkError, unknownHost } from '../../../clients/network-error.ts';
import type { Edge } from '../../../config/schema/preflight/edge.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { checkDnsLatency, isSameRecord, wrongRecord } from '../../../readiness/probers/dns.ts';
import { concludeAsking, type EdgeCheck, type EdgeHost } from './edge-check.ts';

export const resolversDiffer: FindingKind = {
  code: 'network/resolvers-differ',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Name servers give different answers for a host, so some users reach another host than others.',
  cause: 'A change has not reached every cache yet, or the zones at the DNS providers differ.',
  help: 'Wait for the TTL of the old record. If the answers still differ, compare the zones of the name servers.',
};

export const caaForbids: FindingKind = {
  code: 'network/caa-forbids',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'CAA records forbid the authority to issue certificates for the host, so the next renewal will fail.',
  cause: 'The CAA records allow one authority, but the platform uses another.',
  help: "Add a CAA record for the platform's authority; its documentation names it.",
};

/** Milliseconds: when the gate stops waiting for a name server, and when it warns of a slow one. */
const timeout = 5000;
const slowFrom = 1000;

/** Whether DNS has the right records of the host, with the same answer from every resolver. */
export const dns: EdgeCheck = {
  name: 'dns',
  boundary: 'delivery',
  plan: host => signal => concludeAsking(`DNS ${host.edge.host}`, host.place, () => checkDns(host, signal)),
};

async function checkDns({ edge, place }: EdgeHost, signal: AbortSignal): Promise<Outcome<never>> {
  const { host, caa } = edge;
  const resolvers = edge.resolvers.length > 0 ? edge.resolvers : [undefined];
  const answers = await Promise.all(resolvers.map(resolver => askResolver({ host, resolver, timeout, signal })));
  const findings = [
    ...(await Promise.all(answers.map(answer => findWrongRecords(answer, edge, place, signal)))).flat(),
    ...findDifference(answers, edge, place),
    ...answers.flatMap(({ at, took }) =>
      checkDnsLatency(`DNS ${host}${at}`, took, slowFrom, { place }).map(slow => ({
        ...slow,
        severity: 'warning' as const, // a first, uncached answer may have come from far away
      })),
    ),
    ...(caa === undefined ? [] : await checkCaa({ host, resolver: resolvers[0], timeout, signal }, caa, place)),
  ];
  const [first] = answers;
  const records = [...(first?.cname ?? []), ...(first?.addresses ?? [])].join(', ');
  const asked = answers.length > 1 ? `, from ${pluralize(answers.length, 'resolver')}` : '';
  return concludeFrom(findings, `${records}${asked}`);
}

/** A DNS request without its record type. */
type Question = Omit<DnsRequest, 'type'>;

interface Answer {
  resolver: string | undefined;
  at: string;
  cname: string[];
  addresses: string[];
  /** Milliseconds. */
  took: number;
}

async function askResolver(question: Question): Promise<Answer> {
  const { resolver } = question;
  const ask = (type: 'CNAME' | 'A' | 'AAAA') => resolveDns({ ...question, type });
  const started = performance.now();
  const [cname, v4, v6] = await Promise.all([ask('CNAME'), ask('A'), ask('AAAA')]);
  const took = performance.now() - started;
  return { resolver, at: resolver === undefined ? '' : ` at ${resolver}`, cname, addresses: [...v4, ...v6], took };
}

async function findWrongRecords(answer: Answer, edge: Edge, place: Place, signal: AbortSignal): Promise<Finding[]> {
  const { at, cname, addresses } = answer;
  const { host } = edge;
  const findings: Finding[] = [];
  const add = (message: string) => findings.push(found(wrongRecord, { message: `DNS${at}: ${message}.`, place }));
  const wanted = edge.cname;
  const isFlattened = wanted !== undefined && (await hasAddressesOf(wanted, answer, signal));
  if (wanted !== undefined && !isFlattened && !cname.some(target => isSameRecord(target, wanted)))
    add(`${host} is ${cname.length > 0 ? `a CNAME of ${cname.join(', ')}` : 'not a CNAME'}, expected ${wanted}`);
  const missing = edge.addresses.filter(address => !addresses.some(actual => isSameRecord(actual, address)));
  if (missing.length > 0)
    add(`${host} has ${addresses.join(', ') || 'no address'}, expected ${missing.join(' and ')} too`);
  if (addresses.length === 0 && missing.length === 0) add(`${host} has no address`);
  return findings;
}

/** DNS providers answer for an apex, which cannot have a CNAME, with the addresses of the host that it should lead to. */
async function hasAddressesOf(
  host: string,
  { resolver, cname, addresses }: Answer,
  signal: AbortSignal,
): Promise<boolean> {
  if (cname.length > 0 || addresses.length === 0) return false;
  try {
    const target = await askResolver({ host, resolver, timeout, signal });
    return addresses.every(address => target.addresses.some(other => isSameRecord(address, other)));
  } catch (error) {
    if (error instanceof NetworkError && error.kind === unknownHost) return false;
    throw error;
  }
}

/**
 * Load balancers return some of many addresses, so answers differ only if their names differ or they share no address.
 */
function findDifference(answers: Answer[], { host }: Edge, place: Place): Finding[] {
  const [first, ...others] = answers;
  if (!first) return [];
  const other = others.find(answer => {
    if (answer.cname.join() !== first.cname.join()) return true;
    return first.cname.length === 0 && !answer.addresses.some(address => first.addresses.includes(address));
  });
  if (!other) return [];
  const show = ({ at, cname, addresses }: Answer) => `${[...cname, ...addresses].join(', ') || 'nothing'}${at}`;
  return [found(resolversDiffer, { message: `${host} is ${show(first)}, but ${show(other)}.`, place })];
}

/** The records of the nearest parent that has some count (RFC 8659, section 3); without any, every authority may issue. */
async function checkCaa(question: Question, authority: string, place: Place): Promise<Finding[]> {
  for (let name = question.host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const records = await resolveDns({ ...question, host: name, type: 'CAA' });
    if (records.length === 0) continue;
    const issuers = records
      .filter(record => record.startsWith('issue '))
      .map(record => record.slice(6).split(';')[0]?.trim());
    const allowed = issuers.map(issuer => issuer?.toLowerCase());
    if (issuers.length === 0 || allowed.includes(authority.toLowerCase())) return [];
    const message = `The CAA records of ${name} allow ${issuers.join(', ')}, but not ${authority}.`;
    return [found(caaForbids, { message, place })];
  }
  return [];
}
