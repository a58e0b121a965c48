import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRecord } from '../../../src/core/record.ts';
import { Redactor } from '../../../src/core/redaction.ts';
import { parseComparison } from '../../../src/gates/validate-env/build-contract.ts';
import { renderSummary } from '../../../src/github/summary.ts';
import { stopAll } from '../../support/clean-up.ts';
import { type EmulatorServer, route, serve } from '../../support/emulators/http.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import { validateFile } from './support.ts';

/** Servers that repeat all they are sent, as badly as any would. */
let gossip: EmulatorServer;
let redis: RunningRedis;
let workspace: string;
let status = 200;

beforeAll(async () => {
  const repeat = ({ headers, body }: { headers: object; body: unknown }) => ({
    status,
    text: JSON.stringify({ headers, body, message: 'Invalid API key' }),
    headers: { 'retry-after': '3', 'x-echo': encodeURIComponent(JSON.stringify(headers)) },
  });
  const paths = ['GET /check', 'GET /auth/v1/health', 'GET /rest/v1/', 'POST /', 'GET /v1/*any'];
  gossip = await serve({
    routes: paths.map(path => route(path, repeat)),
    authorize: () => undefined,
    notFound: repeat,
    malformed: repeat,
  });
  redis = await startRedis({ password: 'fake-another-password' });
  workspace = mkdtempSync(join(tmpdir(), 'validate-env-secrecy-'));
  mkdirSync(join(workspace, 'dist'));
});

afterAll(async () => {
  if (workspace) rmSync(workspace, { recursive: true, force: true });
  await stopAll(gossip, redis);
});

const types = [
  '{ type: secret, min-length: 500 }',
  '{ type: secret, prefix: sk_live_ }',
  '{ type: secret, equals: something-else, same-host-as: "https://a.example.com" }',
  '{ type: postgres-url, pooler: none, host: h, port: 1, database: d, sslmode: require, client: prisma, live: { within: 500ms } }',
  '{ type: redis-url, tls: true, host: h, live: { within: 500ms } }',
  '{ type: pem, boundary: identity }',
  '{ type: base64, bytes: 7 }',
  '{ type: jwt, role: r, ref: x, issuer: i }',
  '{ type: json, keys: [a] }',
  '{ type: email, domain: d }',
  '{ type: duration }',
  '{ type: cron }',
  '{ type: url, scheme: https, host: h, path: /p, trailing-slash: false }',
  '{ type: origins, includes: "https://a.example.com" }',
  '{ type: supabase-key, role: secret }',
  '{ one-of: [a, b], max-length: 3, pattern: "[a-c]" }',
];

const secrets = fc
  .string({ unit: 'grapheme-ascii', minLength: 10, maxLength: 50 })
  .map(text => text.replaceAll('\0', ''))
  .filter(text => text.trim().length >= 10 && new Set(text.trim()).size > 6);

/** Everything that a run writes, as the action would publish it. */
async function written(secret: string, wrap: (secret: string) => string): Promise<string> {
  const value = wrap(secret);
  const redactor = new Redactor();
  const names = types.map((_, index) => `V${index}_SECRET`);
  const declared = types.map((type, index) => `    ${names[index]}: ${type}`);
  const file = [
    'env:',
    '  api:',
    ...declared,
    `    NEXT_PUBLIC_X_SECRET: { type: secret }`,
    `    P_SECRET: { type: secret, live: { get: "${gossip.url}/check", headers: { X-Key: "Bearer x" }, status: 204 } }`,
    `    Q_SECRET: { type: secret, differs-from: P_SECRET }`,
    `    SUPABASE_URL: { type: supabase-url, key: SB_SECRET, live: true }`,
    '    SB_SECRET: { type: supabase-key, role: publishable }',
    '    REST_URL: { type: upstash-rest-url, token: P_SECRET, live: true }',
    'sources: { api: { files: [.env], client: [dist], code: [dist], folder: . } }',
  ].join('\n');
  const everything = [...names, 'NEXT_PUBLIC_X_SECRET', 'P_SECRET', 'Q_SECRET', 'SB_SECRET'];
  writeFileSync(
    join(workspace, '.env'),
    `${everything.map(name => `${name}=${JSON.stringify(value)}`).join('\n')}\nBROKEN="${value}\n`,
  );
  writeFileSync(join(workspace, 'dist/app.js'), `process.env.UNKNOWN; x = ${JSON.stringify(value)}`);
  const variables = {
    ...Object.fromEntries(everything.map(name => [name, value])),
    SUPABASE_URL: gossip.url.replace('127.0.0.1', 'localhost'),
    REST_URL: gossip.url,
  };
  const comparison = await parseComparison(
    JSON.stringify({ version: 1, environment: 'staging', services: { api: { P_SECRET: 'x' } } }),
    () => Promise.reject(new Error()),
  );
  const given = { comparison, fingerprintKey: 'fake-key-for-fingerprints' };
  const { logged, ...report } = await validateFile(file, variables, { workspace, redactor, given });
  const published = redactor.redactAll(report);
  const unredacted = JSON.stringify(report); // no rule relies on what comes after it
  return [
    ...logged,
    unredacted,
    JSON.stringify(published),
    renderSummary(published, createRecord('production', '')),
  ].join('\n');
}

const forms = (secret: string) => [
  secret,
  secret.trim(),
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex'),
];

test.each([
  ['as it is', (secret: string) => secret],
  ['as the password of an address of PostgreSQL', (secret: string) => `postgresql://u:${secret}@127.0.0.1:1/db`],
  [
    'encoded, as the password of an address of Redis',
    (secret: string) => `${redis.url.replace(/:[^:@]*@/, `:${encodeURIComponent(secret)}@`)}`,
  ],
])('no rule, source or live check shows a secret: %s', async (_, wrap) => {
  await fc.assert(
    fc.asyncProperty(secrets, fc.constantFrom(200, 401, 404, 429, 500), async (secret, answer) => {
      status = answer;
      const text = await written(secret, wrap);
      for (const form of forms(secret)) if (form.trim().length >= 10) expect(text.includes(form)).toBe(false);
    }),
    { numRuns: 12 },
  );
});
