import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readToken } from '../security/tokens.ts';

export interface Expected {
  issuer: string;
  client: string;
  nonce: string | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

export type Verified = { claims: Record<string, unknown> } | { fault: string };

/** How far the clocks of two machines may differ; seconds. */
const leeway = 60;

/** Checks signature and claims of an ID token as a client must (OpenID Connect Core 1.0, section 3.1.3.7). */
export function verifyIdToken(token: string, keys: readonly JsonWebKey[], expected: Expected): Verified {
  const read = readToken(token);
  if (read === undefined) return { fault: 'the ID token is not a JSON Web Token' };
  const { header, claims } = read;
  const alg = String(header.alg);
  if (!algorithms.has(alg)) return { fault: `the ID token is signed with ${alg}, which no public key can verify` };
  const fitting = keys.filter(
    key => (header.kid === undefined ? true : key.kid === header.kid) && key.kty === algorithms.get(alg)?.kty,
  );
  if (fitting.length === 0) return { fault: `the JWKS has no key ${String(header.kid ?? `for ${alg}`)}` };
  if (!fitting.some(key => isSignedBy(token, key, alg)))
    return { fault: 'no key of the JWKS matches the signature of the ID token' };
  const fault = checkClaims(claims, expected);
  return fault === undefined ? { claims } : { fault };
}

function checkClaims(claims: Record<string, unknown>, { issuer, client, nonce, now }: Expected): string | undefined {
  const seconds = now / 1000;
  const audience = [claims.aud].flat();
  if (claims.iss !== issuer) return `the issuer of the ID token is ${String(claims.iss)}, expected ${issuer}`;
  if (!audience.includes(client)) return `the ID token is for ${audience.join(', ')}, expected ${client}`;
  if (audience.length > 1 && claims.azp !== client)
    return `the ID token is for ${audience.length} clients, but azp is not ${client}`;
  if (typeof claims.exp !== 'number' || claims.exp + leeway < seconds) return 'the ID token has expired';
  if (typeof claims.iat !== 'number' || claims.iat - leeway > seconds) return 'the ID token was issued in the future';
  if (nonce !== undefined && claims.nonce !== nonce)
    return 'the nonce of the ID token differs from that of the request';
  return typeof claims.sub === 'string' && claims.sub !== ''
    ? undefined
    : 'the ID token names no user (sub is missing)';
}

interface Algorithm {
  kty: 'RSA' | 'EC' | 'OKP';
  hash: string | null;
  /** node:crypto, RSA_PKCS1_PSS_PADDING. */
  padding?: 6;
}

/** The algorithms with a public key: RFC 7518, section 3.1, and RFC 8037. */
const algorithms = new Map<string, Algorithm>([
  ['RS256', { kty: 'RSA', hash: 'sha256' }],
  ['RS384', { kty: 'RSA', hash: 'sha384' }],
  ['RS512', { kty: 'RSA', hash: 'sha512' }],
  ['PS256', { kty: 'RSA', hash: 'sha256', padding: 6 }],
  ['PS384', { kty: 'RSA', hash: 'sha384', padding: 6 }],
  ['PS512', { kty: 'RSA', hash: 'sha512', padding: 6 }],
  ['ES256', { kty: 'EC', hash: 'sha256' }],
  ['ES384', { kty: 'EC', hash: 'sha384' }],
  ['ES512', { kty: 'EC', hash: 'sha512' }],
  ['EdDSA', { kty: 'OKP', hash: null }],
  ['Ed25519', { kty: 'OKP', hash: null }],
]);

function isSignedBy(token: string, jwk: JsonWebKey, alg: string): boolean {
  const { kty, hash, padding } = algorithms.get(alg) ?? { kty: 'RSA', hash: 'sha256' };
  const at = token.lastIndexOf('.');
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const options = {
      key,
      ...(padding !== undefined && { padding, saltLength: -1 }), // as long as the hash
      ...(kty === 'EC' && { dsaEncoding: 'ieee-p1363' as const }),
    };
    return verify(hash, Buffer.from(token.slice(0, at)), options, Buffer.from(token.slice(at + 1), 'base64url'));
  } catch {
    return false; // not a usable key
  }
}
