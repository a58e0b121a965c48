import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EmulatorServer, route, serve } from '../../support/emulators/http.ts';
import { type RunningRedis, startRedis } from '../../support/redis.ts';
import { type BuiltResult, runGate } from '../../support/run-built.ts';

const secret = 'fake-9e1a60354f9b2c7d8e1a6035aa71';

describe('the inputs `variables` and `secrets`', () => {
  const config = 'env: { api: { MODE: { one-of: [fast, slow] }, API_TOKEN: { type: secret, min-length: 32 } } }';

  test('pass what toJSON makes of them', async () => {
    const inputs = { variables: JSON.stringify({ MODE: 'fast' }), secrets: JSON.stringify({ API_TOKEN: secret }) };
    const result = await runGate('validate-env', { config, with: inputs, secrets: { API_TOKEN: secret } });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'passed' } });
    expect(result.shown).not.toContain(secret);
    expect(result.stdout).toContain(`::add-mask::${secret}`);
  });

  test('give way to the variables of the step', async () => {
    const inputs = { variables: JSON.stringify({ MODE: 'fast' }), secrets: JSON.stringify({ API_TOKEN: secret }) };
    const result = await runGate('validate-env', { config, with: inputs, stepEnv: { MODE: 'odd' } });
    expect(result.findings).toMatchObject([
      { code: 'env/invalid-value', message: 'api.MODE has a value that is not in its list.' },
    ]);
  });

  test('that are no JSON are refused without being shown', async () => {
    const result = await runGate('validate-env', {
      config,
      with: { secrets: `API_TOKEN=${secret}` },
      secrets: { API_TOKEN: secret },
    });
    expect(result.findings).toMatchObject([
      { code: 'config/invalid-input', message: 'The input `secrets` is not a JSON object of names and values.' },
    ]);
    expect(result.log).not.toContain(secret);
  });
});

describe('Redis over TLS', () => {
  let redis: RunningRedis;
  let folder: string;

  beforeAll(async () => {
    redis = await startRedis({ tls: true, password: 'fake-redis-91c4d7' });
    folder = mkdtempSync(join(tmpdir(), 'validate-env-tls-'));
    writeFileSync(join(folder, 'certificate.pem'), redis.certificate ?? '');
  });

  afterAll(async () => {
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('with a certificate that the machine trusts', async () => {
    const result = await runGate('validate-env', {
      config: 'env: { api: { REDIS_URL: { type: redis-url, tls: true, live: true } } }',
      stepEnv: { REDIS_URL: redis.url, NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem') },
    });
    expect(result).toMatchObject({ exitCode: 0, log: expect.stringContaining('PONG, user default, TLS') });
  });
});

describe('nothing that the built action writes shows a secret', () => {
  const secrets = fc
    .string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 40 })
    .map(text => text.replaceAll('\0', ''))
    .filter(text => text.trim().length >= 12 && new Set(text.trim()).size > 8);

  const formsOf = (text: string) => [
    text.trim(),
    encodeURIComponent(text.trim()),
    JSON.stringify(text.trim()).slice(1, -1),
    Buffer.from(text.trim()).toString('base64').replace(/=+$/, ''),
    Buffer.from(text.trim()).toString('hex'),
  ];

  /** Without the help of the runner, which knows the secrets of the workflow and none of a platform. */
  function leaksOf({ stdout, stderr, summary, outputs, annotations }: BuiltResult, text: string): string[] {
    const lines = `${stdout}\n${stderr}`.split('\n').filter(line => !line.startsWith('::add-mask::'));
    const written = [...lines, summary, JSON.stringify(outputs), JSON.stringify(annotations)].join('\n');
    return formsOf(text).filter(form => written.includes(form));
  }

  let render: EmulatorServer;
  let told = '';

  beforeAll(async () => {
    const names = ['API_TOKEN', 'DATABASE_URL', 'NEXT_PUBLIC_TOKEN'];
    const list = () => names.map(key => ({ cursor: key, envVar: { key, value: told } }));
    const unknown = () => ({ status: 404 });
    render = await serve({
      routes: [
        route('GET /v1/services/:service', ({ params }) => ({
          status: 200,
          body: { id: params.service, ownerId: 'tea-1' },
        })),
        route('GET /v1/services/:service/env-vars', () => ({ status: 200, body: list() })),
        route('GET /v1/env-groups', () => ({ status: 200, body: [] })),
      ],
      authorize: () => undefined,
      notFound: unknown,
      malformed: unknown,
    });
  });

  afterAll(() => render?.stop());

  const config = `
services: { api: { platform: render, service: srv-api, url: "https://api.example.com" } }
sources: { api: { platform: true } }
env:
  api:
    API_TOKEN: { type: secret, min-length: 500 }
    DATABASE_URL: { type: postgres-url, live: { within: 1s } }
    REDIS_URL: { type: redis-url, live: { within: 1s } }
`;

  test.each([
    ['that it judges, from a platform and the step', {}],
    ['that it draws a contract from', { draft: 'true' }],
  ])('%s', async (_, inputs: Record<string, string>) => {
    await fc.assert(
      fc.asyncProperty(secrets, async text => {
        told = text;
        const stepEnv = {
          RENDER_API_KEY: 'not-a-real-key',
          RENDER_HOST: `${render.url}/v1/`,
          REDIS_URL: `redis://u:${text}@127.0.0.1:1/0`,
        };
        const result = await runGate('validate-env', { config, with: inputs, stepEnv });
        expect(result.stdout).toContain(inputs.draft ? 'API_TOKEN:' : 'api.API_TOKEN on Render');
        expect(leaksOf(result, text)).toEqual([]);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});
