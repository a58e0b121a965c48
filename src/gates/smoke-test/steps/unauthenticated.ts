import { CookieJar } from '../../../clients/cookie-jar.ts';
import type { UnauthenticatedStep } from '../../../config/schema/smoke/steps/unauthenticated.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { parseGuarded } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import { ask } from '../requests/ask.ts';
import { FindingsOfRequests } from '../security/findings-of-requests.ts';
import { isSignedWith, makeBadTokens } from '../security/tokens.ts';
import type { Visit } from '../visit.ts';

export const unauthenticatedAccepted: FindingKind = {
  code: 'smoke/unauthenticated-accepted',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The service accepted a call without a valid token, so anyone can make that call.',
  cause:
    'The route is not behind the authentication, or tokens are read without checking signature, algorithm or expiry.',
  help: 'Put the route behind the authentication. Verify the signature with one fixed algorithm before you trust any claim.',
};

export const refusedForAnotherReason: FindingKind = {
  code: 'smoke/refused-for-another-reason',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The service refused a call without a valid token, but for another reason, so the call may be open.',
  cause:
    'The rate limit is reached (429), the path does not exist (404), the service redirects to a login (302), or it breaks on the token (500).',
  help: 'Name paths that exist, give the step its own client if a rate limit interferes, and fix what breaks.',
};

export const validTokenRefused: FindingKind = {
  code: 'smoke/valid-token-refused',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The service refuses the valid token as well, so refusing the bad tokens proves nothing.',
  cause: 'The capture took another value, the token has expired, or it is for another part of the API.',
  help: 'Capture the token in an earlier step of the flow, and name paths that it may access.',
};

export const wrongSigningSecret: FindingKind = {
  code: 'smoke/wrong-signing-secret',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The signing secret does not fit the valid token, so an expired token made with it would prove nothing.',
  cause: 'The variable holds another secret, or the service signs with another algorithm than HMAC.',
  help: 'Set `signing-secret` to the secret of the service. For other algorithms, give an `expired` token instead.',
};

/** Calls each path without a token and with each bad token, and without the flow's cookies. The service must refuse all. */
export async function run(step: Step<UnauthenticatedStep>, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const { declared } = step;
  const stranger = visit.with({ cookies: new CookieJar() });
  const resolve = (text: string | undefined) => (text === undefined ? undefined : scope.resolveText(text));
  const valid = resolve(declared.token);
  const secret = resolve(declared['signing-secret']);
  if (valid !== undefined && secret !== undefined && !isSignedWith(valid, secret)) {
    const message = `${step.label}: the valid token is not signed with \`signing-secret\`.`;
    const where = { boundary: wrongSigningSecret.boundary, place: step.placeOf('signing-secret') };
    throw new GateError([found(wrongSigningSecret, { message, ...where })]);
  }
  const bad = makeBadTokens(valid, context.clock.now(), secret);
  const expired = resolve(declared.expired);
  if (expired !== undefined) bad.set('an expired token', expired);
  const attempts: [string, string | undefined][] = [['no token', undefined], ...bad];
  const findings = new FindingsOfRequests(stranger);
  let triedValid = false;
  for (const [index, item] of declared.unauthenticated.entries()) {
    const { method, location, json } = parseGuarded(item);
    const url = stranger.resolveAddress(step, location);
    const target = `${step.label} (${method.toUpperCase()} ${url.pathname})`;
    const where = { boundary: unauthenticatedAccepted.boundary, place: step.placeOf('unauthenticated', index) };
    const call = (token: string | undefined) =>
      ask(step, url, { method, json, headers: { ...(token && { authorization: `Bearer ${token}` }) } }, stranger);
    const accepted: string[] = [];
    const otherwise: string[] = [];
    for (const [what, token] of attempts) {
      const { status } = await call(token);
      if (declared.status.includes(status)) continue;
      (status < 300 ? accepted : otherwise).push(`${status} to ${what}`);
    }
    const expected = `expected ${declared.status.join(' or ')}`;
    for (const [kind, answers] of [
      [unauthenticatedAccepted, accepted],
      [refusedForAnotherReason, otherwise],
    ] as const) {
      if (answers.length === 0) continue;
      findings.add(found(kind, { message: `${target} answered ${answers.join(', ')}; ${expected}.`, ...where }));
    }
    if (valid === undefined || method !== 'get') continue;
    triedValid = true;
    const { status } = await call(valid);
    if (!declared.status.includes(status)) continue;
    const message = `${target} also answered ${status} to the valid token.`;
    findings.add(found(validTokenRefused, { message, ...where }));
  }
  const paths = `${pluralize(declared.unauthenticated.length, 'path')}, each tried in ${attempts.length} ways`;
  return concludeFrom(findings.finish(), `${paths}${triedValid ? '; the valid token is accepted' : ''}`);
}
