import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { unauthorized } from './errors.ts';

export type TokenUse = 'access' | 'refresh';

export interface Claims {
  /** The user's id. */
  sub: string;
  use: TokenUse;
  /** Seconds since the epoch. */
  exp: number;
}

export interface Tokens {
  issue(use: TokenUse, userId: string): string;
  /** @throws ApiError 401 when the token is malformed, expired, of the other use, or not signed by this API. */
  verify(use: TokenUse, token: string): Claims;
}

/** How long each token is good for, in seconds. */
export const LIFETIME: Record<TokenUse, number> = { access: 15 * 60, refresh: 7 * 24 * 60 * 60 };

const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** JSON Web Tokens signed with HMAC-SHA-256 (RFC 7515, RFC 7519), each use with a secret of its own. */
export function createTokens(secrets: Record<TokenUse, string>): Tokens {
  const signatureOf = (use: TokenUse, content: string) =>
    createHmac('sha256', secrets[use]).update(content).digest('base64url');

  return {
    issue(use, userId) {
      const now = Math.floor(Date.now() / 1000);
      const claims = { sub: userId, use, iat: now, exp: now + LIFETIME[use], jti: randomUUID() };
      const content = `${HEADER}.${encode(claims)}`;
      return `${content}.${signatureOf(use, content)}`;
    },
    verify(use, token) {
      const [header = '', payload = '', signature = ''] = token.split('.');
      const expected = signatureOf(use, `${header}.${payload}`);
      if (header !== HEADER || !same(signature, expected)) throw unauthorized('the token is not valid');
      const claims = readClaims(token);
      if (claims.use !== use) throw unauthorized(`this is not a token for ${use}`);
      if (claims.exp * 1000 <= Date.now()) throw unauthorized('the token has expired');
      return claims;
    },
  };
}

/** What a token says of itself, whoever signed it. */
export function readClaims(token: string): Claims {
  try {
    const { sub, use, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    if (typeof sub === 'string' && (use === 'access' || use === 'refresh') && typeof exp === 'number') {
      return { sub, use, exp };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unauthorized('the token is malformed');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
