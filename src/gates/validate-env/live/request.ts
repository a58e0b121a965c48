import { invalidRequest } from '../../../clients/network-error.ts';
import { unsetVariable } from '../../../config/findings.ts';
import { interpolate, listNames, unescapeText } from '../../../config/interpolation.ts';
import type { LiveRequest } from '../../../config/schema/variables/live.ts';
import { unescapeValue } from '../../../config/variables.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { found } from '../../../core/finding.ts';
import { mustBeHidden } from '../../../core/secret-variables.ts';
import { fillAddress } from './address.ts';
import { ask, reportRefusal, reportStatus } from './answers.ts';
import { checkHost } from './hosts.ts';
import type { Live } from './live.ts';

/** Sends the declared request to the provider, which answers 401 or 403 to a key that it rejects. */
export async function tryRequest(
  live: Omit<Live, 'declared'>,
  { within, status, ...declared }: LiveRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { name, variables, where, context } = live;
  const missing = listNames(declared).filter(name => !variables[name]);
  if (missing.length > 0) {
    const message = `${name} cannot be tried: its request needs ${missing.join(', ')}, which has no value here.`;
    return { verdict: 'error', findings: [found(unsetVariable, { message, ...where })] };
  }
  // The provider's answer or our message may repeat values from the address.
  const values = listNames(declared).map(name => ({ name, value: variables[name] ?? '' }));
  for (const { name, value } of values) if (mustBeHidden(name, value)) context.redactor.add(value);
  const { get, head, post, ...sent } = declared;
  const address = fillAddress(get ?? head ?? post ?? '', variables);
  if ('problem' in address) {
    const message = `${name} cannot be tried: ${address.problem}.`;
    const help =
      'Set the variable to a value that fits there, or put it into another part of the request under `live`.';
    return { verdict: 'error', findings: [found(invalidRequest, { message, help, ...where })] };
  }
  for (const form of address.forms) context.redactor.add(form);
  const url = unescapeText(address.url);
  const names = listNames(declared);
  const refused = checkHost(live, { address: url, names, hasBody: declared.json !== undefined });
  if (refused.length > 0) return { verdict: 'error', findings: refused };
  const resolved = interpolate(sent, name => variables[name]) as typeof sent;
  const { headers, json } = unescapeValue(resolved);
  const wanted = [status ?? []].flat();
  return ask(
    live,
    {
      method: get ? 'GET' : head ? 'HEAD' : 'POST',
      url,
      headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      timeout: within,
    },
    signal,
    (answer, target) => {
      const good = wanted.length > 0 ? wanted.includes(answer.status) : answer.status >= 200 && answer.status < 300;
      if (good) return passed(`${answer.status} from ${new URL(target).host}`);
      if (answer.status === 401 || answer.status === 403) return reportRefusal(live, target, answer.status);
      return reportStatus(live, target, answer.status, wanted.length > 0 ? wanted.join(' or ') : '200 to 299');
    },
  );
}
