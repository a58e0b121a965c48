import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { codesOf, validate } from './support.ts';

const jwt = (claims: object) =>
  [{ alg: 'HS256', typ: 'JWT' }, claims, 'signature']
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
const ref = 'abcdefghijklmnopqrst';
const now = Date.UTC(2026, 5, 1);
const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
const inDays = (days: number) => now / 1000 + days * 86_400;
const anon = jwt({ role: 'anon', ref, iss: 'supabase', exp: inDays(1000) });
const serviceRole = jwt({ role: 'service_role', ref, iss: 'supabase', exp: inDays(1000) });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privatePem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const locked = rsa.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'fake' })
  .toString();

describe('a value of its type passes', () => {
  test.each([
    ['{ type: email }', 'mail@example.com'],
    ['{ type: email, domain: example.com }', 'Example <no-reply@example.com>'],
    ['{ type: duration, min: 1m, max: 30d }', '15m'],
    ['{ type: duration }', '1.5 h'],
    ['{ type: json }', '{"a":1}'],
    ['{ type: json, keys: [project_id] }', '{"project_id":"x"}'],
    ['{ type: base64, bytes: 32 }', Buffer.alloc(32, 7).toString('base64')],
    ['{ type: base64, min-bytes: 16 }', Buffer.alloc(33, 7).toString('base64url')],
    ['{ type: cron }', '*/5 0-6,12 * jan-mar MON'],
    ['{ type: cron }', '30 0 3 * * ?'],
    ['{ type: cron }', '@daily'],
    ['{ type: pem, holds: private-key, algorithm: rsa }', privatePem],
    ['{ type: pem, holds: public-key }', publicPem.replaceAll('\n', '\\n')],
    ['{ type: pem }', Buffer.from(privatePem).toString('base64')],
    ['{ type: jwt, role: anon, issuer: supabase, valid-days: 30 }', anon],
    ['{ type: supabase-url }', `https://${ref}.supabase.co`],
    ['{ type: supabase-url }', 'https://data.example.com'],
    ['{ type: supabase-key, role: publishable }', 'sb_publishable_fake0123456789'],
    ['{ type: supabase-key, role: secret }', 'sb_secret_fake0123456789'],
    ['{ type: upstash-rest-url }', 'https://eu1-cat-12345.upstash.io'],
    [
      '{ type: url, scheme: [https, wss], host: "*.example.com", path: /ws, trailing-slash: false }',
      'wss://api.example.com/ws',
    ],
    ['{ type: number, integer: true }', '12'],
    ['{ type: secret, prefix: [sk_live_, rk_live_] }', 'rk_live_fake4f9b2c7d8e1a60'],
    [
      '{ type: postgres-url, host: "*.example.com", port: 5432, database: app, sslmode: [require, verify-full] }',
      'postgresql://u:fake-1b2@db.example.com/app?sslmode=require',
    ],
    [
      '{ type: postgres-url, pooler: transaction, client: prisma }',
      'postgresql://u:fake-1b2@x.pooler.supabase.com:6543/d?pgbouncer=true',
    ],
    ['{ type: postgres-url }', 'postgresql://postgres:postgres@localhost:5432/app'],
  ])('%s', async (declared, value) => {
    expect(await codesOf(`VALUE: ${declared}`, { VALUE: value }, { clock })).toEqual([]);
  });
});

describe('a value that is not of its type is told', () => {
  test.each([
    ['{ type: email }', 'mail at example.com', 'is not an e-mail address'],
    ['{ type: email, domain: example.com }', 'mail@example.org', 'is not an address at example.com'],
    ['{ type: duration }', '900', 'is not a duration with its unit'],
    ['{ type: duration, max: 1h }', '2h', 'is longer than 1h'],
    ['{ type: duration, min: 5m }', '30s', 'is shorter than 5m'],
    ['{ type: json }', "{'a':1}", 'is not valid JSON'],
    ['{ type: json, keys: [project_id] }', '{"projectId":"x"}', 'has no key "project_id"'],
    ['{ type: json, keys: [a] }', '[1]', 'is JSON but not an object'],
    ['{ type: base64 }', 'not base64!', 'is not base64'],
    ['{ type: base64, bytes: 32 }', Buffer.alloc(16, 7).toString('base64'), 'stands for 16 bytes, not 32'],
    ['{ type: base64, min-bytes: 32 }', Buffer.alloc(16, 7).toString('base64'), 'stands for 16 bytes'],
    ['{ type: cron }', 'every day', 'is not a cron schedule'],
    ['{ type: cron }', '61 * * * *', 'has a minute that no schedule has'],
    ['{ type: cron }', '0 3 * * 1-9', 'has a day of the week that no schedule has'],
    ['{ type: cron }', '0 3 */0 * *', 'has a day of the month that no schedule has'],
    ['{ type: pem }', 'ssh-rsa AAAA', 'is not a key or certificate in PEM'],
    ['{ type: pem, holds: public-key }', privatePem, 'holds a private key, not a public key'],
    ['{ type: pem }', privatePem.slice(0, 200), 'holds a private key that is damaged'],
    ['{ type: pem }', locked, 'holds a private key that is locked with a password'],
    [
      '{ type: pem, algorithm: rsa }',
      ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'holds a key of ec, not of rsa',
    ],
    [
      '{ type: pem }',
      weak.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'holds an RSA key of 1024 bits',
    ],
    ['{ type: jwt }', 'not.a.token', 'is not a JSON Web Token'],
    ['{ type: jwt, role: anon }', serviceRole, 'has a `role` other than anon'],
    ['{ type: jwt, ref: other }', jwt({ role: 'anon' }), 'has no claim `ref`'],
    ['{ type: jwt, issuer: other }', anon, 'has a `iss` other than other'],
    ['{ type: supabase-url }', `http://${ref}.supabase.co`, 'is not the address of a project'],
    ['{ type: supabase-url }', `https://db.${ref}.supabase.co`, 'is not the address of the project itself'],
    ['{ type: supabase-url, ref: tttttttttttttttttttt }', `https://${ref}.supabase.co`, 'is not of the project tttt'],
    ['{ type: supabase-key, role: secret }', 'sk_live_fake0123456789', 'is not a Supabase key'],
    ['{ type: upstash-rest-url }', 'rediss://default:fake-12@x.upstash.io:6379', 'is the TCP address of Redis'],
    ['{ type: url, host: api.example.com }', 'https://old.example.com', 'does not lead to api.example.com'],
    ['{ type: url, path: /ws }', 'wss://api.example.com/socket', 'does not have the path /ws'],
    ['{ type: url, trailing-slash: false }', 'https://api.example.com/', 'ends with a slash'],
    ['{ type: url, trailing-slash: true }', 'https://api.example.com', 'does not end with a slash'],
    ['{ type: number, integer: true }', '1.5', 'is not a whole number'],
    ['{ type: secret, prefix: sk_live_ }', 'sk_test_fake4f9b2c7d8e1a60', 'does not begin with sk_live_'],
    ['{ type: postgres-url, host: db.example.com }', 'postgresql://u:fake-1b2@x/d', 'does not lead to db.example.com'],
    ['{ type: postgres-url, port: 6543 }', 'postgresql://u:fake-1b2@h/d', 'has port 5432, not 6543'],
    ['{ type: postgres-url, database: app }', 'postgresql://u:fake-1b2@h/postgres', 'does not name the database app'],
    ['{ type: postgres-url, sslmode: require }', 'postgresql://u:fake-1b2@h/d', 'does not say sslmode=require'],
    [
      '{ type: postgres-url, client: prisma }',
      'postgresql://u:fake-1b2@h:6543/d',
      'leads to a pooler in transaction mode without `pgbouncer=true`',
    ],
    ['{ type: redis-url }', 'redis://default:fake-12@x.upstash.io:6379', 'connects without TLS'],
    ['{ type: redis-url, host: cache.example.com }', 'redis://h:6379', 'does not lead to cache.example.com'],
  ])('%s: %j', async (declared, value, message) => {
    const report = await validate(`VALUE: ${declared}`, { VALUE: value }, { clock });
    expect(report.verdict).toBe('failed');
    expect(listFindings(report)).toMatchObject([
      { code: 'env/invalid-value', message: expect.stringContaining(`api.VALUE ${message}`) },
    ]);
  });

  test.each([
    ['a token that has expired', '{ type: jwt }', jwt({ exp: inDays(-1) }), 'env/expired'],
    ['a token that ends too soon', '{ type: jwt, valid-days: 30 }', jwt({ exp: inDays(10) }), 'env/expired'],
    ['a legacy key of Supabase', '{ type: supabase-key, role: publishable }', anon, 'env/legacy-supabase-key'],
    [
      'the other key of Supabase',
      '{ type: supabase-key, role: secret }',
      'sb_publishable_fake01',
      'env/wrong-key-role',
    ],
    [
      'a password everyone tries',
      '{ type: postgres-url }',
      'postgresql://postgres:postgres@db.example.com/app',
      'env/placeholder',
    ],
    [
      'a host with IPv6 only',
      '{ type: postgres-url }',
      `postgresql://u:fake-1b2@db.${ref}.supabase.co/postgres`,
      'env/ipv6-only-host',
    ],
    ['a repeated secret', '{ type: secret, min-length: 32 }', 'abc1'.repeat(12), 'env/low-entropy'],
    ['a secret of one character', '{ type: secret }', 'q'.repeat(64), 'env/low-entropy'],
    ['a row of the keyboard', '{ type: secret }', '0123456789abcdefghij', 'env/low-entropy'],
    ['a secret written by hand', '{ type: secret }', 'my-super-secret-jwt-key', 'env/placeholder'],
  ])('[P3] %s', async (_, declared, value, code) => {
    expect(await codesOf(`VALUE: ${declared}`, { VALUE: value }, { clock })).toContain(code);
  });
});

describe('a password that is not percent-encoded', () => {
  test.each([
    ['postgres-url', 'postgresql://u:fa@ke-1b2@h:5432/db', '`@` as %40'],
    ['postgres-url', 'postgresql://u:fa#ke-1b2@h:5432/db', '`#` as %23'],
    ['redis-url', 'rediss://u:fa/k?e-1b2@h:6379', '`/` as %2F, `?` as %3F'],
    ['postgres-url', 'postgresql://u:100%zfake@h:5432/db', '`%` as %25'],
  ])('is told with how to write it, and not shown: %s', async (type, value, help) => {
    const report = await validate(`VALUE: { type: ${type} }`, { VALUE: value });
    expect(listFindings(report)).toMatchObject([
      { code: 'env/unescaped-password', help: expect.stringContaining(`Write ${help} in the password`) },
    ]);
    expect(JSON.stringify(report)).not.toMatch(/fake-1b2|ke-1b2/);
  });

  test('is none when it is', async () => {
    expect(await codesOf('VALUE: { type: postgres-url }', { VALUE: 'postgresql://u:f%40%23a:ke@h/db' })).toEqual([]);
  });
});

test('a value of a quarter of a megabyte, and one of many lines, are judged like any other', async () => {
  const large = 'x1'.repeat(128 * 1024);
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`).join('\n');
  for (const type of ['secret', 'url', 'postgres-url', 'jwt', 'pem', 'json', 'cron', 'base64', 'origins', 'email']) {
    for (const value of [large, lines]) {
      const report = await validate(`VALUE: { type: ${type} }`, { VALUE: value });
      expect(['passed', 'failed']).toContain(report.verdict);
      expect(JSON.stringify(report).length).toBeLessThan(5000);
    }
  }
});
