import { unsetVariable } from '../../../config/findings.ts';
import type { VariableOf } from '../../../config/schema/variables.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { found } from '../../../core/finding.ts';
import { ask, reportRefusal, reportStatus } from './answers.ts';
import { checkHost } from './hosts.ts';
import type { Live } from './live.ts';

const timeout = 10_000;

/** PING over the REST interface (docs: Upstash, Redis, REST API). */
export async function tryUpstash(live: Live<VariableOf<'upstash-rest-url'>>, signal: AbortSignal): Promise<Outcome> {
  const { name, declared, value, variables, where } = live;
  const variable = declared.token;
  const token = variable === undefined ? undefined : variables[variable];
  if (!token) {
    const what = variable === undefined ? 'its declaration names no `token`' : `${variable} has no value here`;
    const message = `${name} cannot be tried: ${what}.`;
    const help = 'Set `token` to the variable with its token, and pass that variable to this step.';
    return { verdict: 'error', findings: [found(unsetVariable, { message, help, ...where })] };
  }
  const provider = /\.upstash\.io$/;
  const refused = checkHost(live, { address: value, names: [variable ?? ''], hasBody: false, provider });
  if (refused.length > 0) return { verdict: 'error', findings: refused };
  const request = {
    method: 'POST',
    url: value,
    headers: { authorization: `Bearer ${token}` },
    body: '["PING"]',
    timeout,
  };
  return ask(live, request, signal, ({ status, body }, target) => {
    if (status === 401 || status === 403) return reportRefusal(live, target, status);
    return status === 200 && /"PONG"/.test(body) ? passed('PONG') : reportStatus(live, target, status, '200 with PONG');
  });
}
