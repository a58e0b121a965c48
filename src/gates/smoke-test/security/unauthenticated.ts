import { CookieJar } from '../../../clients/cookie-jar.ts';
import type { UnauthenticatedStep } from '../../../config/schema/smoke/security.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { guardedOf } from '../plan/address.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { as, ask } from './ask.ts';
import { FindingsOfRequests } from './findings.ts';
import { badTokens } from './tokens.ts';

export const openToStrangers: FindingKind = {
  code: 'smoke/open-to-strangers',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A call without a valid token was not refused: anybody can make it.',
  cause:
    'The route is not behind the authentication, or tokens are read without checking signature, algorithm or expiry.',
  help: 'Put the route behind the authentication, and verify the signature with one fixed algorithm before any claim is believed.',
};

export const refusedOtherwise: FindingKind = {
  code: 'smoke/refused-otherwise',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A call without a valid token was refused, and not for that: whether it would be let in is not known.',
  cause:
    'The limit of requests is reached (429), the path does not exist (404), the service leads to a login (302), or it breaks on the token (500).',
  help: 'Name paths that exist; give the step a client of its own where a limit is in the way; mend what breaks.',
};

export const validTokenRefused: FindingKind = {
  code: 'smoke/valid-token-refused',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The valid token is refused like the bad ones, so that those are refused proves nothing.',
  cause: 'The token was not captured as meant, has expired, or is for another part of the API.',
  help: 'Capture the token in an earlier step of the flow, and name paths that it opens.',
};

/** Asks each path with no token and with each bad one; none may be answered. The flow's cookies stay behind. */
export async function runUnauthenticatedStep(
  declared: UnauthenticatedStep,
  step: Step,
  visit: Visit,
): Promise<Outcome> {
  const { scope, context } = visit;
  const stranger = visit.with({ cookies: new CookieJar() });
  const resolved = (text: string | undefined) => (text === undefined ? undefined : scope.text(text));
  const valid = resolved(declared.token);
  const bad = badTokens(valid, context.clock.now(), resolved(declared['signing-secret']));
  const expired = resolved(declared.expired);
  if (expired !== undefined) bad.set('a token that has expired', expired);
  const attempts: [string, string | undefined][] = [['no token', undefined], ...bad];
  const findings = new FindingsOfRequests(stranger);
  let controlled = false;
  for (const [index, item] of declared.unauthenticated.entries()) {
    const { method, location, json } = guardedOf(item);
    const url = stranger.addressOf(step, location);
    const target = `${step.label} (${method.toUpperCase()} ${url.pathname})`;
    const where = { boundary: openToStrangers.boundary, place: step.placeOf('unauthenticated', index) };
    const request = (token: string | undefined) =>
      ask(
        as(step, declared),
        url,
        { method, json, headers: { ...(token && { authorization: `Bearer ${token}` }) } },
        stranger,
      );
    const accepted: string[] = [];
    const otherwise: string[] = [];
    for (const [what, token] of attempts) {
      const { status } = await request(token);
      if (declared.status.includes(status)) continue;
      (status < 300 ? accepted : otherwise).push(`${status} to ${what}`);
    }
    const expected = `expected ${declared.status.join(' or ')}`;
    for (const [kind, answers] of [
      [openToStrangers, accepted],
      [refusedOtherwise, otherwise],
    ] as const) {
      if (answers.length === 0) continue;
      findings.add(found(kind, { message: `${target} answered ${answers.join(', ')}; ${expected}.`, ...where }));
    }
    if (valid === undefined || method !== 'get') continue;
    controlled = true;
    const { status } = await request(valid);
    if (!declared.status.includes(status)) continue;
    const message = `${target} answered ${status} to the valid token too.`;
    findings.add(found(validTokenRefused, { message, ...where }));
  }
  const control = controlled ? ', and the valid token is accepted' : '';
  return concludeFrom(
    findings.done(),
    `${declared.unauthenticated.length} paths refuse ${attempts.length} kinds of strangers${control}`,
  );
}
