import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Answer, type EmulatorServer, route, serve } from '../../support/emulators/http.ts';
import { validate, validateFile } from './support.ts';

// T1, T5: a stale provider key is found before the deploy.
const key = 'fake-provider-key-41f8c09d7e';
let provider: EmulatorServer;
let answers: Record<string, Answer>;

beforeAll(async () => {
  const answer = (name: string) => () => answers[name] ?? { status: 404 };
  provider = await serve({
    routes: [
      route('GET /v1/balance', answer('balance')),
      route('POST /v1/echo', request => ({ status: request.body.word === 'ping' ? 201 : 400 })),
      route('GET /auth/v1/health', answer('auth')),
      route('GET /rest/v1/', answer('rest')),
      route('POST /', answer('upstash')),
    ],
    authorize: () => undefined,
    notFound: () => ({ status: 404 }),
    malformed: () => ({ status: 400 }),
  });
});

beforeEach(() => {
  answers = {
    balance: { status: 200, body: {} },
    auth: { status: 200, body: { name: 'GoTrue' } },
    rest: { status: 200, body: {} },
    upstash: { status: 200, body: { result: 'PONG' } },
  };
  provider.requests.length = 0;
});

afterAll(() => provider?.stop());

async function outcome(contract: string, variables: Record<string, string>) {
  const report = await validate(contract, variables);
  const check = report.checks.find(({ name }) => name.endsWith(': live'));
  return { verdict: check?.verdict, codes: check?.findings.map(({ code }) => code), check, report };
}

describe('a request of the contract', () => {
  const declared = (rest = '') =>
    `STRIPE_SECRET_KEY: { type: secret, boundary: provider, live: { get: "${provider.url}/v1/balance", headers: { Authorization: "Bearer \${STRIPE_SECRET_KEY}" } ${rest} } }`;
  const variables = { STRIPE_SECRET_KEY: key };

  test('[T1] that the provider answers, with the key of the service', async () => {
    const { verdict, check } = await outcome(declared(), variables);
    expect(verdict).toBe('passed');
    expect(check).toMatchObject({ boundary: 'provider', detail: expect.stringMatching(/^200 from 127/) });
    expect(provider.requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  test.each([
    ['without a scheme', 'api.example.com/v1?token=${STRIPE_SECRET_KEY}'],
    ['without a host', 'https://?token=${STRIPE_SECRET_KEY}'],
  ])('to an address %s cannot be sent, and the query is not shown', async (_, address) => {
    const contract = `STRIPE_SECRET_KEY: { type: secret, live: { get: "${address}" } }`;
    const { verdict, codes, check } = await outcome(contract, variables);
    expect({ verdict, codes }).toEqual({ verdict: 'error', codes: ['network/invalid-request'] });
    expect(JSON.stringify(check)).not.toContain(key);
  });

  test('with a body', async () => {
    const contract = `KEY: { live: { post: "${provider.url}/v1/echo", json: { word: ping }, status: 201 } }`;
    expect((await outcome(contract, { KEY: key })).verdict).toBe('passed');
  });

  test('with `$${` for a `${` in its address, its headers and its body', async () => {
    const contract = `KEY: { live: { post: "${provider.url}/v1/echo?q=$\${A}", headers: { X-Template: "$\${B}" }, json: { word: ping, template: ["$\${C}"] }, status: 201 } }`;
    expect((await outcome(contract, { KEY: key })).verdict).toBe('passed');
    expect(provider.requests[0]).toMatchObject({
      path: '/v1/echo?q=${A}',
      headers: { 'x-template': '${B}' },
      body: { word: 'ping', template: ['${C}'] },
    });
  });

  test.each([
    [401, 'failed', 'env/credential-refused'],
    [403, 'failed', 'env/credential-refused'],
    [404, 'failed', 'env/unexpected-status'],
    [429, 'error', 'env/provider-unwell'],
    [500, 'error', 'env/provider-unwell'],
  ])('[T5] answered with %i', async (status, verdict, code) => {
    answers.balance = { status, text: '<html>no</html>', headers: { 'retry-after': '30' } };
    const result = await outcome(declared(), variables);
    expect(result).toMatchObject({ verdict, codes: [code] });
    if (status === 429) expect(result.check?.findings[0]?.message).toContain('asked to wait (Retry-After: 30)');
  });

  test('may ask for a status of its own', async () => {
    answers.balance = { status: 404 };
    expect((await outcome(declared(', status: [200, 404]'), variables)).verdict).toBe('passed');
  });

  test('is not sent when it needs a variable that is not there', async () => {
    const contract = `KEY: { live: { get: "${provider.url}/v1/balance", headers: { X-Account: "\${ACCOUNT}" } } }`;
    expect(await outcome(contract, { KEY: key })).toMatchObject({ verdict: 'error', codes: ['config/unset-variable'] });
    expect(provider.requests).toEqual([]);
  });

  test('is only told to be unreachable when it is', async () => {
    const contract = 'KEY: { live: { get: "http://no-such-host.invalid/" } }';
    expect(await outcome(contract, { KEY: key })).toMatchObject({ verdict: 'error', codes: ['network/unknown-host'] });
  });

  describe('to a host that the configuration names', () => {
    const stripe = `sk_live_${'fake0123456789'.repeat(2)}`;
    const request = (address: string, name = 'KEY') =>
      `KEY: { live: { get: "${address}", headers: { Authorization: "\${${name}}" } } }`;

    test.each([
      ['another host', request('https://evil.invalid/'), { KEY: key }],
      [
        'a user that looks like the host',
        request('https://${API_HOST}@evil.invalid/'),
        { KEY: key, API_HOST: 'api.invalid' },
      ],
      ['the provider of another key', request('https://api.openai.com/v1/models'), { KEY: stripe }],
      [
        'the provider, in a body that a stranger could keep',
        'KEY: { live: { post: https://api.stripe.com/v1/customers, json: { name: "${KEY}" } } }',
        { KEY: stripe },
      ],
    ])('is not sent: %s', async (_, contract, variables) => {
      expect(await outcome(contract, variables)).toMatchObject({ verdict: 'error', codes: ['env/host-not-allowed'] });
    });

    test.each([
      ['a host of the workflow', request('https://evil.invalid/'), { KEY: key }, { liveHosts: ['evil.invalid'] }],
      [
        'the host of an address that the workflow passes',
        request('https://own.invalid/v1'),
        { KEY: key, API: 'https://own.invalid' },
        {},
      ],
      [
        'a value that need not be hidden',
        request('https://other.invalid/', 'REGION'),
        { KEY: key, REGION: 'eu-west-1' },
        {},
      ],
    ])('is sent: %s', async (_, contract, variables, given) => {
      const report = await validate(contract, variables, { given });
      const codes = report.checks.flatMap(({ findings }) => findings.map(({ code }) => code));
      expect(codes).toEqual(['network/unknown-host']);
    });

    test('the one that a dotenv file of the checkout names is not trusted either', async () => {
      const workspace = await mkdtemp(join(tmpdir(), 'release-gates-live-'));
      await writeFile(join(workspace, '.env'), 'SUPABASE_URL=https://evil.invalid\n');
      const text = `env: { api: { SUPABASE_URL: { type: supabase-url, key: KEY, live: true }, KEY: { type: supabase-key, role: secret } } }
sources: { api: { files: [.env] } }`;
      const report = await validateFile(text, { KEY: 'sb_secret_fake-0123456789' }, { workspace });
      await rm(workspace, { recursive: true });
      const codes = report.checks.flatMap(({ findings }) => findings.map(({ code }) => code));
      expect(codes).toContain('env/host-not-allowed');
    });
  });

  test('must be exactly one', async () => {
    await expect(validate('KEY: { live: { status: 200 } }', {})).rejects.toThrow(
      'exactly one of `get`, `head` and `post`',
    );
  });
});

describe('Supabase', () => {
  const contract =
    'SUPABASE_URL: { type: supabase-url, key: KEY, live: true }, KEY: { type: supabase-key, role: publishable }';
  const variables = () => ({
    SUPABASE_URL: provider.url.replace('127.0.0.1', 'localhost'),
    KEY: 'sb_publishable_fake-0123456789',
  });

  test('[T1] answers on both interfaces', async () => {
    expect(await outcome(contract, variables())).toMatchObject({
      verdict: 'passed',
      check: { detail: 'auth and rest answer' },
    });
  });

  test('refuses a key of another project', async () => {
    answers.auth = { status: 401, body: { message: 'Invalid API key' } };
    answers.rest = { status: 401, body: { message: 'Invalid API key' } };
    expect(await outcome(contract, variables())).toMatchObject({
      verdict: 'failed',
      codes: ['env/credential-refused', 'env/credential-refused'],
    });
  });

  test('may keep its list of tables from browsers', async () => {
    answers.rest = { status: 401, body: { message: 'Access to schema is forbidden' } };
    expect((await outcome(contract, variables())).verdict).toBe('passed');
  });

  test('may be paused', async () => {
    answers.auth = { status: 540, text: 'Project paused' };
    expect(await outcome(contract, variables())).toMatchObject({ verdict: 'error', codes: ['env/provider-unwell'] });
  });

  test('cannot be asked without a key', async () => {
    const { verdict, codes } = await outcome('SUPABASE_URL: { type: supabase-url, live: true }', variables());
    expect({ verdict, codes }).toEqual({ verdict: 'error', codes: ['config/unset-variable'] });
  });
});

describe('Upstash over REST', () => {
  const contract = 'URL: { type: upstash-rest-url, token: TOKEN, live: true }, TOKEN: { type: secret }';
  const variables = () => ({ URL: provider.url, TOKEN: key });

  test('[T1] answers PONG', async () => {
    expect(await outcome(contract, variables())).toMatchObject({ verdict: 'passed', check: { detail: 'PONG' } });
    expect(provider.requests[0]).toMatchObject({ headers: { authorization: `Bearer ${key}` }, body: ['PING'] });
  });

  test('[T6] refuses a token', async () => {
    answers.upstash = { status: 401, body: { error: 'WRONGPASS invalid or missing auth token' } };
    expect(await outcome(contract, variables())).toMatchObject({
      verdict: 'failed',
      codes: ['env/credential-refused'],
    });
  });

  test('is not another service', async () => {
    answers.upstash = { status: 200, text: '<html>' };
    expect(await outcome(contract, variables())).toMatchObject({ verdict: 'failed', codes: ['env/unexpected-status'] });
  });
});
