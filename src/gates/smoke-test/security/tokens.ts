import { createHmac, randomBytes } from 'node:crypto';
import { isMapping } from '../../../core/is-mapping.ts';
import { makeJwt } from '../values/jwt.ts';

/** The header and the claims of a JSON Web Token, unverified; undefined if it is not one. */
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
        return undefined; // not a JSON Web Token
      }
    });
  return isMapping(header) && isMapping(claims) ? { header, claims } : undefined;
}

/** Whether a token is signed with this secret (HMAC); undefined if its algorithm is another. */
export function isSignedWith(token: string, secret: string): boolean | undefined {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const algorithm = /^HS(256|384|512)$/.exec(String(readToken(token)?.header.alg))?.[1];
  if (algorithm === undefined) return undefined;
  const right = createHmac(`sha${algorithm}`, secret).update(`${header}.${claims}`).digest('base64url');
  return signature === right;
}

/** Tokens that the service must refuse, by what is wrong with them. They are made from the valid token, if there is one. */
export function makeBadTokens(valid: string | undefined, now: number, secret: string | undefined): Map<string, string> {
  const tokens = new Map([['a made-up token', 'not-a-token']]);
  const read = valid === undefined ? undefined : readToken(valid);
  const claims = read?.claims ?? {
    sub: '00000000-0000-4000-8000-000000000000',
    iat: toSeconds(now),
    exp: toSeconds(now) + 600,
  };
  const hs256 = { typ: 'JWT', ...read?.header, alg: 'HS256' };
  tokens.set('a token signed with another key', makeJwt(claims, 'HS256', randomBytes(32), hs256));
  tokens.set('a token without a signature (alg: none)', `${encode({ ...hs256, alg: 'none' })}.${encode(claims)}.`);
  if (read && valid !== undefined) {
    const [header, , signature] = valid.split('.');
    const other = encode({ ...claims, sub: '00000000-0000-4000-8000-000000000000' });
    tokens.set('a token with changed claims', `${header}.${other}.${signature}`);
  }
  if (secret !== undefined) {
    const past = { ...claims, iat: toSeconds(now) - 7200, exp: toSeconds(now) - 3600 };
    const alg = String(read?.header.alg ?? 'HS256'); // another algorithm would be refused for that
    tokens.set('an expired token', makeJwt(past, alg, secret, hs256));
  }
  return tokens;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
