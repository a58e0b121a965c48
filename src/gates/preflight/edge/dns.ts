import { resolveDns } from '../../../clients/dns.ts';
import { toNetworkError } from '../../../clients/network-error.ts';
import type { Edge } from '../../../config/schema/preflight/edge.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { checkDnsLatency, isSameRecord, wrongRecord } from '../../../readiness/probers/dns.ts';

export const resolversDiffer: FindingKind = {
  code: 'network/resolvers-differ',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Name servers give different answers for a host, so some users are led elsewhere than others.',
  cause: 'A change that has not reached every cache yet, or zones that differ between the DNS providers.',
  help: 'Wait for as long as the TTL of the old record; if it stays so, compare the zones of the name servers.',
};

export const caaForbids: FindingKind = {
  code: 'network/caa-forbids',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'CAA records forbid the authority to issue certificates for the host, so the next renewal will fail.',
  cause: 'CAA records for one authority, and a platform that uses another.',
  help: 'Add a CAA record for the authority of the platform; its documentation names it.',
};

/** Milliseconds: when a name server is given up, and from when on its slowness is warned of. */
const timeout = 5000;
const slowFrom = 1000;

/** Where DNS leads the host to: the same from every name server that is named. */
export function dnsCheck(name: string, edge: Edge, place: Place): Check {
  const resolvers = edge.resolvers.length > 0 ? edge.resolvers : [undefined];
  return {
    name: `edge.${name}.dns`,
    boundary: 'delivery',
    run: async signal => {
      try {
        const answers = await Promise.all(resolvers.map(resolver => answerOf(edge.host, resolver, signal)));
        const findings = [
          ...answers.flatMap(answer => wrongIn(answer, edge, place)),
          ...differing(answers, edge, place),
          ...answers.flatMap(({ at, took }) =>
            checkDnsLatency(`DNS ${edge.host}${at}`, took, slowFrom, { place }).map(slow => ({
              ...slow,
              severity: 'warning' as const, // the first answer may have come from far away, and the next one will not
            })),
          ),
          ...(edge.caa === undefined ? [] : await caaFindings(edge.host, edge.caa, resolvers[0], signal, place)),
        ];
        const [first] = answers;
        const detail = [...(first?.cname ?? []), ...(first?.addresses ?? [])].join(', ');
        return concludeFrom(
          findings,
          `${detail}${answers.length > 1 ? `, asked of ${pluralize(answers.length, 'resolver')}` : ''}`,
        );
      } catch (error) {
        const network = toNetworkError(error, `DNS ${edge.host}`);
        if (!network) throw error;
        return { verdict: network.verdict, findings: [network.finding({ place })], detail: network.message };
      }
    },
  };
}

interface Answer {
  at: string;
  cname: string[];
  addresses: string[];
  /** Milliseconds. */
  took: number;
}

async function answerOf(host: string, resolver: string | undefined, signal: AbortSignal): Promise<Answer> {
  const ask = (type: 'CNAME' | 'A' | 'AAAA', of = host) => resolveDns({ host: of, type, resolver, timeout, signal });
  const started = performance.now();
  const [cname, v4, v6] = await Promise.all([ask('CNAME'), ask('A'), ask('AAAA')]);
  const took = performance.now() - started;
  return { at: resolver === undefined ? '' : ` at ${resolver}`, cname, addresses: [...v4, ...v6], took };
}

function wrongIn({ at, cname, addresses }: Answer, edge: Edge, place: Place): Finding[] {
  const { host } = edge;
  const findings: Finding[] = [];
  const add = (message: string) => findings.push(found(wrongRecord, { message: `DNS${at}: ${message}.`, place }));
  const wanted = edge.cname;
  if (wanted !== undefined && !cname.some(target => isSameRecord(target, wanted)))
    add(`${host} is ${cname.length > 0 ? `a CNAME of ${cname.join(', ')}` : 'no CNAME'}, expected ${wanted}`);
  const missing = edge.addresses.filter(address => !addresses.some(actual => isSameRecord(actual, address)));
  if (missing.length > 0)
    add(`${host} has ${addresses.join(', ') || 'no address'}, expected ${missing.join(' and ')} too`);
  if (addresses.length === 0 && missing.length === 0) add(`${host} has no address`);
  return findings;
}

/**
 * Balancers give each asker some of many addresses, so what differs counts only where the names do too or none is
 * shared.
 */
function differing(answers: Answer[], { host }: Edge, place: Place): Finding[] {
  const [first, ...others] = answers;
  if (!first) return [];
  const other = others.find(answer => {
    if (answer.cname.join() !== first.cname.join()) return true;
    return first.cname.length === 0 && !answer.addresses.some(address => first.addresses.includes(address));
  });
  if (!other) return [];
  const show = ({ at, cname, addresses }: Answer) => `${[...cname, ...addresses].join(', ') || 'nothing'}${at}`;
  return [found(resolversDiffer, { message: `${host} is ${show(first)}, and ${show(other)}.`, place })];
}

/** The records of the nearest parent that has some count (RFC 8659, section 3); none at all allow everyone. */
async function caaFindings(
  host: string,
  authority: string,
  resolver: string | undefined,
  signal: AbortSignal,
  place: Place,
) {
  for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const records = await resolveDns({ host: name, type: 'CAA', resolver, timeout, signal });
    const issuers = records
      .filter(record => record.startsWith('issue '))
      .map(record => record.slice(6).split(';')[0]?.trim());
    if (issuers.length === 0 && records.length === 0) continue;
    if (issuers.length === 0 || issuers.includes(authority)) return [];
    const message = `The CAA records of ${name} allow ${issuers.join(', ')}, and not ${authority}.`;
    return [found(caaForbids, { message, place })];
  }
  return [];
}
