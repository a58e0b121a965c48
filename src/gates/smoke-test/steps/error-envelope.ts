import type { ErrorEnvelopeStep } from '../../../config/schema/smoke/steps/error-envelope.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { checkAnswer } from '../../../expectations/expect.ts';
import type { Step } from '../plan/model.ts';
import { ask } from '../requests/ask.ts';
import { resolveExpected } from '../resolve-expected.ts';
import { findLeak } from '../security/leaks.ts';
import type { Visit } from '../visit.ts';

export const leaksInternals: FindingKind = {
  code: 'smoke/leaks-internals',
  severity: 'error',
  boundary: 'identity',
  meaning: 'An answer shows internals of the service, which help attackers.',
  cause: 'Production runs with a development setting, or no handler turns the error into the documented shape.',
  help: 'Let one handler answer every error, and write the details to the log only.',
};

export const invalidRequestAccepted: FindingKind = {
  code: 'smoke/invalid-request-accepted',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service answered a request that must fail as if it were valid.',
  cause: 'The service no longer validates its input, or a fallback page answers every path with 200.',
  help: 'Find the route that answers the request.',
};

/** Sends a request that must fail. The answer must be an error of the documented shape, without internals. */
export async function run(step: Step<ErrorEnvelopeStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const url = visit.resolveAddress(step, declared['error-envelope']);
  const about = visit.describe(step, url);
  const { method, json, body } = declared;
  const request = { method, json, ...(body !== undefined && { body: visit.scope.resolveText(body) }) };
  const answer = await ask(step, url, request, visit);
  if (answer.status < 400) {
    const message = `${about.target} answered ${answer.status}, expected an error.`;
    return concludeFrom([found(invalidRequestAccepted, { message, ...about.where })], String(answer.status));
  }
  const findings: Finding[] = [];
  const leak = findLeak(answer.body);
  if (leak !== undefined) {
    const message = `${about.target} answered ${answer.status} with ${leak} in its body.`;
    findings.push(found(leaksInternals, { message, ...about.where, boundary: leaksInternals.boundary }));
  }
  const status = declared.status ?? answer.status;
  findings.push(...checkAnswer({ status, json: resolveExpected(declared.expect, visit.scope) }, answer, about));
  return concludeFrom(findings, `${answer.status} in the documented shape`);
}
