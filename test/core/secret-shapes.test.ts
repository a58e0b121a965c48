import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { describeSecret, findSecrets } from '../../src/core/secret-shapes.ts';
import { looksLikeSecret } from '../../src/core/secret-variables.ts';

const jwt = (claims: object) =>
  [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('fake-signature-0123456789')
    .join('.');
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const filler = 'fake0123456789'.repeat(3);

const secrets: [string, string][] = [
  [jwt({ role: 'service_role', iss: 'supabase' }), 'a token of role service_role'],
  [pem, 'a private key'],
  [pem.replaceAll('\n', '\\n'), 'a private key'],
  ['postgresql://app:pw@db.example.net.internal/app', 'an address with a password'],
  ['rediss://default:Kd82hf%23@fly-x.upstash.io:6379', 'an address with a password'],
  [`sk_live_${filler}`, 'a secret key of Stripe'],
  [`sk-ant-api03-${filler}`, 'a secret key of Anthropic'],
  [`sk-proj-${filler}`, 'a secret key of OpenAI'],
  [`https://hooks.slack.com/services/T00000000/B00000000/${filler}`, 'a secret key of Slack (webhooks)'],
  [`sb_secret_${filler}`, 'a secret key of Supabase'],
];

describe('the form of a value tells a secret', () => {
  test.each(secrets)('%s', (value, what) => {
    expect(describeSecret(value)).toBe(what);
    expect(looksLikeSecret('X', value)).toBe(true);
    expect(findSecrets(`const a=${JSON.stringify(value)};`)).toMatchObject([{ what }]);
    expect(findSecrets(JSON.stringify({ sourcesContent: [`a = ${JSON.stringify(value)}`] }))).toMatchObject([{ what }]);
  });

  test.each([
    ['a publishable key of Stripe', `pk_live_${filler}`],
    ['a publishable key of Clerk', 'pk_test_ZmFrZS1leGFtcGxlLTEyLmNsZXJrLmFjY291bnRzLmRldiQ'],
    ['a token for browsers', jwt({ role: 'anon', iss: 'supabase' })],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----'],
    ['the first line of a key, as libraries have it', 'case "-----BEGIN PRIVATE KEY-----": return import(key)'],
    ['a port and a scope', 'https://cdn.example.com:8443/@scope/package'],
    ['an address of documentation', 'postgresql://user:password@localhost:5432/database'],
    ['an address of documentation', 'mongodb://<user>:<db_password>@cluster.example.com/'],
    ['a template', '`redis://${user}:${password}@${host}`'],
    ['a public key of PostHog', `phc_${filler}`],
    ['a commit', '4f9b2c7d8e1a60354f9b2c7d8e1a60354f9b2c7d'],
  ])('and not %s: %s', (_, value) => {
    expect(findSecrets(`const a=${JSON.stringify(value)};`)).toEqual([]);
    expect(looksLikeSecret('VALUE', value)).toBe(value.includes('user:password') || value.includes('db_password'));
  });
});
