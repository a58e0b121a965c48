import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { schema } from '../../../../src/config/schema/smoke/steps/set.ts';
import { Scope } from '../../../../src/gates/smoke-test/scope.ts';
import { isSignedWith, readToken } from '../../../../src/gates/smoke-test/security/tokens.ts';
import { makeValue } from '../../../../src/gates/smoke-test/values/make.ts';

const known = new Map<string, unknown>([
  ['QUANTITY', '10'],
  ['id', 7],
  ['body', '{"id":"evt_1"}'],
]);

function make(declared: object, now = Date.parse('2026-03-01T12:00:00Z')) {
  const { made } = schema.parse({ set: { made: declared } }).set;
  if (made === undefined) throw new Error('not parsed');
  return makeValue(made, new Scope(known), now);
}

describe('a value', () => {
  test.each<[object, unknown]>([
    [{ value: { id: '${id}', n: '${QUANTITY}' } }, { id: 7, n: '10' }],
    [{ number: '${QUANTITY}' }, 10],
    [{ 'one-of': ['a', 'a'] }, 'a'],
    [{ 'random-from': 3, to: 3 }, 3],
    [{ base64: 'user:päss' }, 'dXNlcjpww6Rzcw=='],
    [{ base64: '??>', url: true }, 'Pz8-'],
    [{ hash: 'abc' }, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'], // FIPS 180-2, B.1
    [{ date: 'now' }, '2026-03-01T12:00:00.000Z'],
    [{ date: '+30d', format: 'date' }, '2026-03-31'],
    [{ date: '-5m', format: 'unix' }, 1772366100],
    [{ date: '-1h', format: 'unix-ms' }, 1772362800000],
    [{ date: 'now', format: 'http' }, 'Sun, 01 Mar 2026 12:00:00 GMT'],
    // RFC 4231, test cases 2 and 1
    [
      { hmac: 'what do ya want for nothing?', key: 'Jefe' },
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      { hmac: 'Hi There', key: '0b'.repeat(20), 'key-encoding': 'hex', encoding: 'base64' },
      'sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c=',
    ],
    // Stripe, GitHub (docs: Validating webhook deliveries, testing the validation), Slack (docs: Verifying requests)
    [
      { webhook: 'github', body: 'Hello, World!', key: "It's a Secret to Everybody" },
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    ],
  ])('%j', (declared, value) => expect(make(declared)).toMatchObject({ value }));

  /** RFC 6238, appendix B: the secrets are as long as the output of the hash. */
  const secrets = { sha1: 20, sha256: 32, sha512: 64 };
  const base32 = (length: number) => {
    const bits = [...'1234567890'.repeat(7).slice(0, length)]
      .map(c => c.charCodeAt(0).toString(2).padStart(8, '0'))
      .join('');
    return (bits.match(/.{1,5}/g) ?? [])
      .map(five => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
      .join('');
  };
  test.each([
    [59, 'sha1', '94287082'],
    [59, 'sha256', '46119246'],
    [59, 'sha512', '90693936'],
    [1111111109, 'sha1', '07081804'],
    [20000000000, 'sha1', '65353130'],
    [20000000000, 'sha512', '47863826'],
  ] as const)('is the code of an authenticator at %d with %s', (seconds, hash, code) => {
    expect(make({ totp: base32(secrets[hash]), digits: 8, hash }, seconds * 1000)).toEqual({ value: code });
  });

  test('is a token that its secret verifies', () => {
    const made = make({ jwt: { sub: '${id}' }, key: 'made-up-secret', header: { kid: 'a' } });
    const token = String('value' in made && made.value);
    expect(isSignedWith(token, 'made-up-secret')).toBe(true);
    expect(readToken(token)).toEqual({ header: { typ: 'JWT', kid: 'a', alg: 'HS256' }, claims: { sub: 7 } });
  });

  test.each(['ES256', 'EdDSA', 'RS256'] as const)('is a token that the public key verifies: %s', algorithm => {
    const { privateKey, publicKey } =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : algorithm === 'EdDSA'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const made = make({ jwt: {}, algorithm, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
    const [header, claims, signature = ''] = String('value' in made && made.value).split('.');
    const key = {
      key: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      dsaEncoding: 'ieee-p1363' as const,
    };
    const hash = algorithm === 'EdDSA' ? null : 'sha256';
    expect(verify(hash, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  test.each([
    ['stripe', /^t=1772366400,v1=[0-9a-f]{64}$/],
    ['slack', /^v0=[0-9a-f]{64}$/],
    ['standard', /^v1,[\w+/]{43}=$/],
  ])('signs a webhook as %s does, with the parts for other headers', (webhook, form) => {
    const made = make({ webhook, body: '${body}', key: 'whsec_c2VjcmV0' });
    expect(made).toMatchObject({ value: expect.stringMatching(form), parts: { timestamp: '1772366400' } });
  });
});

test.each([
  [{ number: 'ten' }, '"ten" is not a number'],
  [{ totp: 'not base32!' }, 'not base32'],
  [{ jwt: {}, algorithm: 'ES256', key: 'no' }, 'the key does not fit ES256'],
])('%j is a fault of the test', (declared, fault) => {
  expect(make(declared)).toEqual({ fault: expect.stringContaining(fault) });
});
