import type { ErrorEnvelopeStep } from '../../../config/schema/smoke/security.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { checkAnswer } from '../../../expectations/expect.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { as, ask } from './ask.ts';
import { leakIn } from './leaks.ts';

export const leaksInside: FindingKind = {
  code: 'smoke/leaks-inside',
  severity: 'error',
  boundary: 'identity',
  meaning: 'An answer shows the inside of the service: who attacks it learns from it.',
  cause: 'A development setting in production, or an error that no handler turns into the documented form.',
  help: 'Let one handler answer every error, and write the details to the log only.',
};

export const noError: FindingKind = {
  code: 'smoke/no-error',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A request that must fail was answered as if it were good.',
  cause: 'Input that is not validated any more, or a fallback page that answers every path with 200.',
  help: 'Look at which route answers the request.',
};

/** Sends what must fail: the answer must be an error of the documented shape, and give nothing away. */
export async function runErrorEnvelopeStep(declared: ErrorEnvelopeStep, step: Step, visit: Visit): Promise<Outcome> {
  const url = visit.addressOf(step, declared['error-envelope']);
  const about = visit.about(step, url);
  const { method, json, body } = declared;
  const answer = await ask(
    as(step, declared),
    url,
    { method, json, ...(body !== undefined && { body: visit.scope.text(body) }) },
    visit,
  );
  if (answer.status < 400) {
    const message = `${about.target} answered ${answer.status}, expected an error.`;
    return concludeFrom([found(noError, { message, ...about.where })], String(answer.status));
  }
  const findings: Finding[] = [];
  const leak = leakIn(answer.body);
  if (leak !== undefined) {
    const message = `${about.target} answered ${answer.status} with ${leak} in its body.`;
    findings.push(found(leaksInside, { message, ...about.where, boundary: leaksInside.boundary }));
  }
  const status = declared.status ?? answer.status;
  findings.push(...checkAnswer({ status, json: visit.scope.value(declared.expect) }, answer, about));
  return concludeFrom(findings, `${answer.status} in the documented shape`);
}
