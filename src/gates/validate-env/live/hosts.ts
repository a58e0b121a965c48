import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { findProviderHosts } from '../../../core/provider-keys.ts';
import { mustBeHidden } from '../../../core/secret-variables.ts';
import type { Live } from './live.ts';

export const hostNotAllowed: FindingKind = {
  code: 'env/host-not-allowed',
  severity: 'error',
  boundary: 'identity',
  meaning:
    'A check under `live` would send a variable to a host that the workflow does not name. The gate did not send it.',
  cause: 'The configuration or a dotenv file names the host, and a pull request can change both.',
  help: 'Add the host to the input `live-hosts` of the step.',
};

export interface Sending {
  address: string;
  /** The variables in the request. */
  names: string[];
  /** Whether it has a body, which a stranger could have the provider keep under an account of their own. */
  hasBody: boolean;
  /** Hosts of the provider that the type of the variable belongs to. */
  provider?: RegExp;
}

/**
 * Refuses to send a variable anywhere but to the host of an address that the workflow passes, to the provider whose key
 * it is, to this machine, and to the hosts in the input `live-hosts`: the configuration and its dotenv files may come
 * from a pull request. What need not be hidden may go anywhere.
 */
export function checkHost(live: Omit<Live, 'declared'>, { address, names, hasBody, provider }: Sending): Finding[] {
  if (!URL.canParse(address)) return []; // cannot be sent, which the client reports
  const { name, variables, passed, liveHosts, where } = live;
  const { host, hostname } = new URL(address);
  const isAllowed = liveHosts.includes(host) || provider?.test(hostname) || isThisMachine(hostname);
  if (isAllowed || Object.values(passed).some(value => value && isAddressOf(value, host))) return [];
  const astray = names.filter(variable => {
    const value = variables[variable] ?? '';
    return mustBeHidden(variable, value) && (hasBody || !findProviderHosts(value).includes(host));
  });
  if (astray.length === 0) return [];
  const message = `${name} cannot be tried: that would send ${astray.join(', ')} to ${host}.`;
  const help = `If ${host} may have it, add \`live-hosts: ${host}\` to the step of validate-env in the workflow.`;
  return [found(hostNotAllowed, { message, help, ...where })];
}

/** Whether a variable is an address at this host, or the host itself. */
function isAddressOf(value: string, host: string): boolean {
  return value.toLowerCase() === host || (URL.canParse(value) && new URL(value).host === host);
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
