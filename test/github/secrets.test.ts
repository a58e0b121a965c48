import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listen, stopServer } from '../support/listen.ts';
import { type BuiltResult, runGate } from '../support/run-built.ts';

const password = 'fäke p@ss"w<o>rd\'%7';
const encoded = encodeURIComponent(password);
const databaseUrl = `postgresql://app:${encoded}@db.example.com:5432/app`;
const token = 'fake-token/of+the=service';
const key = '{\n  "type": "service_account",\n  "private_key": "fake-line-one\\nfake-line-two"\n}';

/** Every form in which a secret could be shown. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ];
}

function expectHidden({ shown, stdout }: BuiltResult, ...secrets: string[]): void {
  const unmasked = stdout.split('\n').filter(line => !line.startsWith('::add-mask::'));
  const leaked = (text: string) => secrets.flatMap(formsOf).filter(form => text.includes(form));
  expect(leaked(shown)).toEqual([]);
  expect(leaked(unmasked.join('\n'))).toEqual([]); // without any help of the runner
}

/** Says back what it was sent, in every form, after some text of its own. */
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const sent = String(request.headers.authorization ?? '').replace('Bearer ', '');
    const padding = 'x'.repeat(Number(new URL(request.url ?? '/', 'http://x').searchParams.get('padding')));
    const body = [padding, ...formsOf(sent)].join(' ');
    const status = request.url?.startsWith('/wrong-status') ? 500 : 200;
    response.writeHead(status, { 'content-type': 'text/plain', 'x-echo': encodeURIComponent(sent) });
    if (request.url?.startsWith('/json'))
      response.end(JSON.stringify({ token: sent, hash: Buffer.from(`a${sent}`).toString('base64') }));
    else response.end(body);
  });
  url = await listen(server);
});
afterAll(() => stopServer(server));

/** As a workflow passes them: `env: { NAME: ${{ secrets.NAME }} }`. */
function secretEnv(values: Record<string, string>) {
  return { secrets: values, stepEnv: values };
}

const contract = `
env:
  api:
    DATABASE_URL: { type: postgres-url, pooler: transaction }
    JWT_SECRET: { type: secret, min-length: 100 }
    JWT_REFRESH_SECRET: { type: secret, differs-from: JWT_SECRET }
    API_TOKEN: { one-of: [a, b] }
    GOOGLE_KEY: { type: number }
`;

describe('secrets of the contract', () => {
  const values = {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: token,
    JWT_REFRESH_SECRET: token,
    API_TOKEN: token,
    GOOGLE_KEY: key,
  };
  const run = runGate('validate-env', { config: contract, ...secretEnv(values) });

  test('never show, although every one of them is wrong', async () => {
    const result = await run;
    expect(new Set(result.findings.map(({ code }) => code))).toEqual(new Set(['env/invalid-value', 'env/same-value']));
    expectHidden(result, databaseUrl, password, encoded, `app:${password}`, token, 'fake-line-one');
  });

  test('are masked by the runner: the whole, the password, and the user with it', async () => {
    const masks = [...(await run).stdout.matchAll(/^::add-mask::(.*)$/gm)].map(([, mask]) =>
      mask?.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%'),
    );
    expect(masks).toEqual(expect.arrayContaining([databaseUrl, password, encoded, `app:${password}`, token]));
    expect(masks).toContain(Buffer.from(password).toString('base64url'));
  });

  test('are masked without lines so short that they would mask every log', async () => {
    const masks = [...(await run).stdout.matchAll(/^::add-mask::(.*)$/gm)].map(([, mask]) => mask ?? '');
    expect(masks.flatMap(mask => mask.split('%0A')).filter(line => line.trim().length < 6)).toEqual([]);
  });

  test('are masked even when only their presence is checked', async () => {
    const result = await runGate('validate-env', {
      with: { required: 'DATABASE_URL' },
      ...secretEnv({ DATABASE_URL: databaseUrl }),
    });
    expect(result.stdout).toContain(`::add-mask::${encoded.replaceAll('%', '%25')}`);
  });
});

describe('a secret that the service echoes', () => {
  const probes = {
    'a wrong status': '/wrong-status',
    'a body that is not JSON': '/text, expect: { json: { ready: true } }',
    'another JSON': '/json, expect: { json: { token: x, hash: y } }',
    'a text that is missing': '/text, expect: { text: "${TOKEN}x" }',
    'a header that is wrong': '/text, expect: { headers: { x-echo: other } }',
    'a body that is cut inside of it': '/wrong-status?padding=150',
  };

  test.each(Object.entries(probes))('is hidden: %s', async (_, probe) => {
    for (const secret of [token, password]) {
      const config = `probe: { api: { live: { for: 0s, deadline: 1ms, headers: { authorization: "Bearer \${TOKEN}" }, get: ${url}${probe} } } }`;
      const result = await runGate('probe', { config, ...secretEnv({ TOKEN: encodeURIComponent(secret) }) });
      expect(result.findings).toMatchObject([{ code: expect.stringMatching(/^answer\//) }]);
      expectHidden(result, encodeURIComponent(secret), secret);
      for (const size of [8, 12]) expect(result.shown).not.toContain(encodeURIComponent(secret).slice(0, size));
    }
  });

  test('is hidden in the address', async () => {
    const config =
      'probe: { api: { live: { for: 0s, deadline: 1ms, get: "http://user:${PASSWORD}@127.0.0.1:1/${TOKEN}?key=${TOKEN}" } } }';
    const result = await runGate('probe', {
      config,
      ...secretEnv({ TOKEN: 'fake-path-token', PASSWORD: 'fake-password' }),
    });
    expect(result.findings).toMatchObject([{ code: 'network/connection-refused' }]);
    expectHidden(result, 'fake-path-token', 'fake-password');
  });

  test('is hidden when it cannot even be sent', async () => {
    const config = `probe: { api: { live: { for: 0s, deadline: 1ms, headers: { authorization: "Bearer \${TOKEN}" }, get: ${url} } } }`;
    const result = await runGate('probe', { config, ...secretEnv({ TOKEN: 'fake-token-with\nline-break' }) });
    expect(result.findings).toMatchObject([{ code: 'network/invalid-request' }]);
    expectHidden(result, 'fake-token-with', 'line-break');
  });

  test('is hidden in the stack that debug logging shows', async () => {
    const config = `probe: { api: { live: { get: "\${TOKEN}", for: 0s, deadline: 1ms } } }`;
    const debugging = { ACTIONS_STEP_DEBUG: 'true' };
    const result = await runGate('probe', {
      config,
      ...secretEnv({ ...debugging, TOKEN: 'gopher://fake-secret-host/' }),
    });
    expect(result.exitCode).toBe(1);
    expectHidden(result, 'gopher://fake-secret-host/');
  });
});

describe('a variable of the runner that the configuration uses', () => {
  test('is in the record and never masked', async () => {
    const config = `probe: { api: { live: { for: 0s, headers: { x-commit: "\${GITHUB_SHA}", x-app: "\${FLY_APP_NAME}" }, get: ${url}/text } } }`;
    const { record, stdout } = await runGate('probe', { config, ...secretEnv({ FLY_APP_NAME: 'pm-backend' }) });
    expect(record?.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(stdout).not.toContain(`::add-mask::${record?.commit}`);
    expect(stdout).not.toContain('::add-mask::pm-backend');
  });
});

describe('a secret of the step that the configuration does not name', () => {
  test('is hidden from the first line on', async () => {
    const hidden = 'fake-deploy-token';
    const config = `smoke: { flows: { a: [{ run: 'echo "token $DEPLOY_TOKEN rejected"; exit 1' }] } }`;
    const result = await runGate('smoke-test', { config, ...secretEnv({ DEPLOY_TOKEN: hidden }) });
    expect(result.findings).toMatchObject([{ code: 'smoke/command-failed' }]);
    expectHidden(result, hidden);
  });
});
