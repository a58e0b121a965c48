import { unsetVariable } from '../../../config/findings.ts';
import type { VariableOf } from '../../../config/schema/variables.ts';
import { type Outcome, passed } from '../../../core/check.ts';
import { found } from '../../../core/finding.ts';
import { pickWorst } from '../../../core/verdict.ts';
import { type Answer, ask, reportRefusal, reportStatus, type Tried } from './answers.ts';
import { checkHost } from './hosts.ts';
import type { Live } from './live.ts';

const timeout = 10_000;

/** Requests `auth` and `rest`, the two interfaces that applications use, with a key of the project. */
export async function trySupabase(live: Live<VariableOf<'supabase-url'>>, signal: AbortSignal): Promise<Outcome> {
  const { name, declared, value, variables, where } = live;
  const variable = declared.key;
  const key = variable === undefined ? undefined : variables[variable];
  if (!key) {
    const what = variable === undefined ? 'its declaration names no `key`' : `${variable} has no value here`;
    const message = `${name} cannot be tried: ${what}.`;
    const help = 'Set `key` to the variable with a key of the project, and pass that variable to this step.';
    return { verdict: 'error', findings: [found(unsetVariable, { message, help, ...where })] };
  }
  const base = value.replace(/\/+$/, '');
  const provider = /\.supabase\.(?:co|in)$/;
  const refused = checkHost(live, { address: base, names: [variable ?? ''], hasBody: false, provider });
  if (refused.length > 0) return { verdict: 'error', findings: refused };
  const get = (path: string, judge: (answer: Answer, target: string) => Outcome) =>
    ask(live, { method: 'GET', url: `${base}${path}`, headers: { apikey: key }, timeout }, signal, judge);
  const outcomes = await Promise.all([
    get('/auth/v1/health', (answer, target) => judgeAuth(answer, target, live)),
    get('/rest/v1/', (answer, target) => judgeRest(answer, target, live)),
  ]);
  const findings = outcomes.flatMap(outcome => outcome.findings);
  const verdict = pickWorst(outcomes.map(outcome => outcome.verdict));
  return verdict === 'passed' ? passed('auth and rest answer') : { verdict, findings };
}

function judgeAuth({ status }: Answer, target: string, live: Tried): Outcome {
  if (status === 200) return passed();
  return status === 401 || status === 403
    ? reportRefusal(live, target, status)
    : reportStatus(live, target, status, '200');
}

/** The list of tables may be closed to publishable keys. For a key of another project, the body says so. */
function judgeRest({ status, body }: Answer, target: string, live: Tried): Outcome {
  if (status < 300) return passed();
  const aboutKey = /invalid api key|no api key|unregistered api key/i.test(body);
  if (aboutKey) return reportRefusal(live, target, status);
  return status === 401 || status === 403 ? passed() : reportStatus(live, target, status, '200');
}
