import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { codesOf, validate, validateFile } from './support.ts';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    private: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

describe('[G5] an RS256 key pair', () => {
  const contract =
    'PRIVATE: { type: pem, holds: private-key, pair-of: PUBLIC }, PUBLIC: { type: pem, holds: public-key }';
  const [one, other] = [pair(), pair()];

  test('belongs together', async () => {
    expect(await codesOf(contract, { PRIVATE: one.private, PUBLIC: one.public.replaceAll('\n', '\\n') })).toEqual([]);
  });

  test('or does not', async () => {
    expect(await codesOf(contract, { PRIVATE: one.private, PUBLIC: other.public })).toEqual(['env/not-a-key-pair']);
  });
});

describe('[G5] hosts and domains', () => {
  test.each([
    ['same-host-as: APP', 'https://app.example.com/login', 'https://app.example.com', true],
    ['same-host-as: APP', 'https://www.example.com', 'https://app.example.com', false],
    ['same-host-as: "${app}"', 'wss://app.example.com/ws', '', true],
    ['same-domain-as: APP', '.example.com', 'https://app.example.com', true],
    ['same-domain-as: APP', 'https://id.example.co.uk', 'https://app.example.co.uk', true],
    ['same-domain-as: APP', '.example.org', 'https://app.example.com', false],
    ['same-domain-as: APP', 'https://one.vercel.app', 'https://two.vercel.app', false],
    ['same-domain-as: APP', 'https://one.co.uk', 'https://two.co.uk', false],
    ['same-domain-as: "https://app.example.com"', 'https://id.example.com', '', true],
  ])('%s: %s and %s', async (rule, value, app, good) => {
    const codes = await codesOf(`VALUE: { ${rule} }, APP: { required: false }`, {
      VALUE: value,
      ...(app && { APP: app }),
    });
    expect(codes).toEqual(good ? [] : ['env/invalid-value']);
  });

  test('[G5] TRUST_PROXY is true', async () => {
    const contract = 'TRUST_PROXY: { type: boolean, equals: true }';
    expect(await codesOf(contract, { TRUST_PROXY: 'true' })).toEqual([]);
    expect(await codesOf(contract, { TRUST_PROXY: 'false' })).toEqual(['env/not-equal']);
  });
});

describe('what is required depends on others', () => {
  test.each([
    ['set', 'SMTP_PASSWORD: { required-if: SMTP_HOST }, SMTP_HOST: { required: false }', { SMTP_HOST: 'x' }, 1],
    ['not set', 'SMTP_PASSWORD: { required-if: SMTP_HOST }, SMTP_HOST: { required: false }', {}, 0],
    ['of a value', 'SMTP_HOST: { required-if: { MAIL: smtp } }, MAIL: {}', { MAIL: 'smtp' }, 1],
    ['of another value', 'SMTP_HOST: { required-if: { MAIL: smtp } }, MAIL: {}', { MAIL: 'log' }, 0],
    ['one of many', 'A: { alternative-to: B }, B: { alternative-to: A }', { B: 'x' }, 0],
    ['none of many', 'A: { alternative-to: B }, B: { alternative-to: A }', {}, 2],
  ])('%s', async (_, contract, variables, missing) => {
    const codes = await codesOf(contract, variables as Record<string, string>);
    expect(codes).toEqual(Array.from({ length: missing }, () => 'env/missing-variable'));
  });

  test('and the finding names what would have done as well', async () => {
    const report = await validate('A: { alternative-to: B }, B: { required: false }', {});
    expect(listFindings(report)[0]?.message).toBe('api.A is not set in this step, and neither is B.');
  });

  test('a value that is compared with one that is not there is told so', async () => {
    expect(await codesOf('A: { equals: "${B}" }, B: { required: false }', { A: 'x' })).toEqual([
      'config/unset-variable',
    ]);
  });
});

test('several others must all differ', async () => {
  const contract = 'A: { differs-from: [B, C] }, B: {}, C: {}';
  expect(await codesOf(contract, { A: 'x', B: 'y', C: 'x' })).toEqual(['env/same-value']);
});

describe('[R2] [R3] values that this environment wants', () => {
  const contract =
    'NODE_ENV: { equals: production }, LOG_LEVEL: { one-of: [error, warn, info, debug] }, PERF_LOGS: { equals: false }, SLOW_QUERY_WARNINGS: { equals: true }, REQUEST_LOGS: { equals: false }';
  const good = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    PERF_LOGS: 'false',
    SLOW_QUERY_WARNINGS: 'true',
    REQUEST_LOGS: 'false',
  };

  test('are there', async () => {
    expect(await codesOf(contract, good)).toEqual([]);
  });

  test.each([
    ['NODE_ENV', 'development', 'env/not-equal'],
    ['LOG_LEVEL', 'verbose', 'env/invalid-value'],
    ['PERF_LOGS', 'true', 'env/not-equal'],
    ['SLOW_QUERY_WARNINGS', 'false', 'env/not-equal'],
  ])('or not: %s=%s', async (name, value, code) => {
    expect(await codesOf(contract, { ...good, [name]: value })).toEqual([code]);
  });
});

describe('[G3] one table by service', () => {
  const file = `
env:
  "api, worker":
    DATABASE_URL: { type: postgres-url }
  worker:
    DATABASE_URL: { type: postgres-url, required: false }
    CONCURRENCY: { type: number, phase: runtime }
  web:
    VITE_API_URL: { type: url, phase: build }
`;

  test('a group is shared, and a service has its own word', async () => {
    const report = await validateFile(file, { CONCURRENCY: '4', VITE_API_URL: 'https://api.example.com' });
    expect(listFindings(report).map(({ message }) => message)).toEqual(['api.DATABASE_URL is not set in this step.']);
    expect(report.checks.map(({ name }) => name).sort()).toEqual([
      'api.DATABASE_URL',
      'web.VITE_API_URL',
      'worker.CONCURRENCY',
      'worker.DATABASE_URL',
    ]);
  });

  test.each([
    ['build', ['api.DATABASE_URL', 'worker.DATABASE_URL', 'web.VITE_API_URL']],
    ['runtime', ['api.DATABASE_URL', 'worker.DATABASE_URL', 'worker.CONCURRENCY']],
  ])('a phase has only what it needs: %s', async (phase, names) => {
    const report = await validateFile(file, {}, { phase });
    expect(report.checks.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  test.each([
    [{ phase: 'deploy' }, 'The input `phase` names "deploy"'],
    [{ sources: ['vault'] }, 'The input `sources` names "vault"'],
  ])('inputs are what they can be: %j', async (run, message) => {
    await expect(validateFile(file, {}, run)).rejects.toThrow(message);
  });

  test('a variable cannot be declared for a service that must not have it', async () => {
    const both = 'env: { api: { KEY: { never-in: [web] } }, web: { KEY: {} } }';
    await expect(validateFile(both, {})).rejects.toThrow(
      '`never-in` keeps KEY out of web, but the contract also declares it for web.',
    );
  });

  test.each([
    ['env: { api: { A: { required-if: AB }, AC: {} } }', 'names the variable "AB"'],
    ['env: { api: { A: { alternative-to: [B] } } }', 'names the variable "B"'],
    ['env: { api: { A: { type: pem, pair-of: B } } }', 'names the variable "B"'],
    ['env: { api: { A: { never-in: wbe } }, web: { B: {} } }', 'names the service "wbe"'],
    ['env: { api: { A: {} } }\nsources: { api: { platform: true } }', 'names the service "api"'],
  ])('names must be declared: %s', async (text, message) => {
    await expect(validateFile(text, {})).rejects.toThrow(message);
  });
});

describe('[G4] a secret under a public prefix', () => {
  const jwt = (role: string) =>
    [{ alg: 'HS256' }, { role }, 'x'].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

  test.each([
    ['by its type', 'NEXT_PUBLIC_TOKEN: { type: secret }', 'fake-4f9b2c7d8e1a6035'],
    ['by its role', 'VITE_SUPABASE_KEY: {}', jwt('service_role')],
    ['by its form', 'NUXT_PUBLIC_KEY: {}', 'sb_secret_fake0123456789'],
    ['by a provider', 'REACT_APP_STRIPE: {}', 'sk_live_fake0123456789abcd'],
    ['by a provider', 'EXPO_PUBLIC_AI: {}', 'sk-ant-fake0123456789abcdef'],
    ['by its name', 'VUE_APP_DB_PASSWORD: {}', 'fake-1b2c'],
    [
      'by its form, whatever the contract says',
      'GATSBY_LOGO: { type: base64, public: true }',
      'npm_fake0123456789abcdefghijklmnopqrstuv',
    ],
    ['by a password in it', 'PUBLIC_API: { type: url }', 'https://u:fake-1b2@api.example.com'],
  ])('is told %s: %s', async (_, contract, value) => {
    const name = contract.slice(0, contract.indexOf(':'));
    expect(await codesOf(contract, { [name]: value })).toContain('env/secret-under-public-prefix');
  });

  test.each([
    ['NEXT_PUBLIC_SUPABASE_KEY: { type: supabase-key, role: publishable }', 'sb_publishable_fake0123456789'],
    ['VITE_SUPABASE_KEY: { type: jwt, role: anon }', jwt('anon')],
    [
      'VITE_VAPID_KEY: { type: base64, public: true }',
      'BFake0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789fake01234',
    ],
    ['STORYBOOK_SHOW_SECRET: {}', 'true'],
    ['VITE_STRIPE: {}', 'pk_live_fake0123456789abcd'],
    ['VITE_API_URL: { type: url }', 'https://api.example.com'],
  ])('is not what browsers may have: %s', async (contract, value) => {
    const name = contract.slice(0, contract.indexOf(':'));
    expect(await codesOf(contract, { [name]: value })).toEqual([]);
  });
});

describe('projects of Supabase', () => {
  const [one, other] = ['aaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbb'];
  const contract = 'SUPABASE_URL: { type: supabase-url }, DATABASE_URL: { type: postgres-url }';
  const pooled = (project: string) =>
    `postgresql://postgres.${project}:fake-1b2c@aws-0-eu.pooler.supabase.com:6543/postgres`;

  test('must be one', async () => {
    const variables = { SUPABASE_URL: `https://${one}.supabase.co`, DATABASE_URL: pooled(one) };
    expect(await codesOf(contract, variables)).toEqual([]);
    expect(await codesOf(contract, { ...variables, DATABASE_URL: pooled(other) })).toEqual([
      'env/other-supabase-project',
    ]);
  });
});
