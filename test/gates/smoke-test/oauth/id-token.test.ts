import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { verifyIdToken } from '../../../../src/gates/smoke-test/oauth/id-token.ts';

const now = Date.UTC(2026, 10, 20);
const seconds = now / 1000;
const expected = { issuer: 'https://id.example.com', client: 'web', nonce: 'n', now };
const claims = { iss: expected.issuer, aud: 'web', sub: 'someone', nonce: 'n', iat: seconds, exp: seconds + 300 };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const ieee = { dsaEncoding: 'ieee-p1363' } as const;
const keys: Record<
  string,
  { pair: { publicKey: KeyObject; privateKey: KeyObject }; hash: string | null; how?: object }
> = {
  RS256: { pair: rsa, hash: 'sha256' },
  PS256: { pair: rsa, hash: 'sha256', how: pss },
  PS512: { pair: rsa, hash: 'sha512', how: pss },
  ES256: { pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }), hash: 'sha256', how: ieee },
  ES512: { pair: generateKeyPairSync('ec', { namedCurve: 'P-521' }), hash: 'sha512', how: ieee },
  EdDSA: { pair: generateKeyPairSync('ed25519'), hash: null },
};

function keyOf(alg: string) {
  const key = keys[alg];
  if (key === undefined) throw new Error(`no key for ${alg}`);
  return key;
}

function jwksOf(alg: string) {
  return [{ ...keyOf(alg).pair.publicKey.export({ format: 'jwk' }), kid: alg }];
}

function tokenOf(alg: string, changed: object = {}, header: object = { kid: alg }): string {
  const { pair, hash, how } = keyOf(alg);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg, ...header })}.${part({ ...claims, ...changed })}`;
  return `${text}.${sign(hash, Buffer.from(text), { key: pair.privateKey, ...how }).toString('base64url')}`;
}

describe('an ID token', () => {
  test.each(Object.keys(keys))('signed with %s is verified', alg => {
    expect(verifyIdToken(tokenOf(alg), jwksOf(alg), expected)).toEqual({ claims });
    expect(verifyIdToken(tokenOf(alg, {}, {}), jwksOf(alg), expected)).toEqual({ claims });
  });

  test.each(Object.keys(keys))('signed with %s is refused once altered', alg => {
    const [header, , signature] = tokenOf(alg).split('.');
    const [, body] = tokenOf(alg, { sub: 'another' }).split('.');
    const fault = 'no key of the JWKS matches the signature of the ID token';
    expect(verifyIdToken(`${header}.${body}.${signature}`, jwksOf(alg), expected)).toEqual({ fault });
  });

  test.each([
    ['another key', tokenOf('RS256'), 'ES256', 'the JWKS has no key RS256'],
    ['no key at all', tokenOf('RS256', {}, { alg: 'none' }), 'RS256', 'the ID token is signed with none'],
    ['a shared secret', tokenOf('RS256', {}, { alg: 'HS256' }), 'RS256', 'the ID token is signed with HS256'],
    [
      'another issuer',
      tokenOf('RS256', { iss: 'https://x.example.com' }),
      'RS256',
      'the issuer of the ID token is https://x.example.com',
    ],
    ['another client', tokenOf('RS256', { aud: 'app' }), 'RS256', 'the ID token is for app, expected web'],
    ['several clients', tokenOf('RS256', { aud: ['web', 'app'] }), 'RS256', 'azp is not web'],
    ['an earlier time', tokenOf('RS256', { exp: seconds - 61 }), 'RS256', 'the ID token has expired'],
    ['a later time', tokenOf('RS256', { iat: seconds + 61 }), 'RS256', 'the ID token was issued in the future'],
    [
      'another request',
      tokenOf('RS256', { nonce: 'm' }),
      'RS256',
      'the nonce of the ID token differs from that of the request',
    ],
    ['nobody', tokenOf('RS256', { sub: '' }), 'RS256', 'the ID token names no user'],
  ])('of %s is refused', (_what, token, known, fault) => {
    expect(verifyIdToken(token, jwksOf(known), expected)).toEqual({ fault: expect.stringContaining(fault) });
  });
});
