import type { VariableOf } from '../../../config/schema/variables.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { type Claims, readClaims } from '../../../core/jwt-claims.ts';
import { attemptRequest } from '../live/attempt-request.ts';
import type { Subject } from '../rule.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

export const expired: FindingKind = {
  code: 'env/expired',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A token or certificate has expired, or expires sooner than the contract allows.',
  cause: 'It was issued long ago for a limited time.',
  help: 'Issue a new one and replace it.',
};

export const jwt: EnvironmentType<VariableOf<'jwt'>> = {
  boundary: 'identity',
  rule: subject => {
    const claims = readClaims(subject.value);
    if (claims === undefined) {
      const help = 'Set it to a token of three parts with dots between them, without `Bearer` before it.';
      return [reportInvalid(subject, 'is not a JSON Web Token', help)];
    }
    const { role, ref, issuer } = subject.declared;
    return [
      ...checkClaim(subject, 'role', role, claims.role),
      ...checkClaim(subject, 'ref', ref, claims.ref),
      ...checkClaim(subject, 'iss', issuer, claims.iss),
      ...checkExpiry(subject, claims, subject.declared['valid-days']),
    ];
  },
  attempt: attemptRequest,
};

function checkClaim(
  subject: Pick<Subject, 'name' | 'where'>,
  claim: string,
  wanted: string | undefined,
  actual: unknown,
): Finding[] {
  if (wanted === undefined || actual === wanted) return [];
  const has = actual === undefined ? `has no claim \`${claim}\`` : `has a \`${claim}\` other than ${wanted}`;
  return [reportInvalid(subject, has, `Set it to the token whose \`${claim}\` is ${wanted}.`)];
}

const day = 86_400_000;

/** Whether the token ends before so many days from now. A token without an end never does. */
export function checkExpiry(
  { name, where, now }: Pick<Subject, 'name' | 'where' | 'now'>,
  { exp }: Claims,
  days: number,
): Finding[] {
  if (typeof exp !== 'number') return [];
  return checkEnd({ name, where, now }, exp * 1000, days);
}

/** `end`: milliseconds since the epoch. */
export function checkEnd(
  { name, where, now }: Pick<Subject, 'name' | 'where' | 'now'>,
  end: number,
  days: number,
): Finding[] {
  if (end - now >= days * day && end > now) return [];
  const left = Math.floor((end - now) / day);
  const message =
    end <= now ? `${name} expired on ${formatDate(end)}` : `${name} expires on ${formatDate(end)}, in ${left} days`;
  return [found(expired, { message: `${message}.`, ...where })];
}

function formatDate(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'a date that does not exist' : date.toISOString().slice(0, 10);
}
