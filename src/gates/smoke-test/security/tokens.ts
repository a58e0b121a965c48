import { createHmac, randomBytes } from 'node:crypto';
import { isMapping } from '../../../core/is-mapping.ts';

/** The claims and the header of a JSON Web Token, which nobody has verified; undefined when it is none. */
export function readToken(
  token: string,
): { header: Record<string, unknown>; claims: Record<string, unknown> } | undefined {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map(part => {
      try {
        return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
      } catch {
        return undefined; // no JSON Web Token
      }
    });
  return isMapping(header) && isMapping(claims) ? { header, claims } : undefined;
}

/** Tokens that must be refused, by what is wrong with them; made from a valid one where there is one. */
export function badTokens(valid: string | undefined, now: number, secret: string | undefined): Map<string, string> {
  const tokens = new Map([['a token that is none', 'not-a-token']]);
  const read = valid === undefined ? undefined : readToken(valid);
  const claims = read?.claims ?? {
    sub: '00000000-0000-4000-8000-000000000000',
    iat: seconds(now),
    exp: seconds(now) + 600,
  };
  const hs256 = { typ: 'JWT', ...read?.header, alg: 'HS256' };
  tokens.set('a token signed with another key', signed(hs256, claims, randomBytes(32)));
  tokens.set('a token without a signature (alg: none)', `${encoded({ ...hs256, alg: 'none' })}.${encoded(claims)}.`);
  if (read && valid !== undefined) {
    const [header, , signature] = valid.split('.');
    const other = encoded({ ...claims, sub: '00000000-0000-4000-8000-000000000000' });
    tokens.set('a token whose claims were changed', `${header}.${other}.${signature}`);
  }
  if (secret !== undefined) {
    const past = { ...claims, iat: seconds(now) - 7200, exp: seconds(now) - 3600 };
    tokens.set('a token that has expired', signed(hs256, past, secret));
  }
  return tokens;
}

function signed(header: object, claims: object, key: string | Buffer): string {
  const content = `${encoded(header)}.${encoded(claims)}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
