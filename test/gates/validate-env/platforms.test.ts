import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { createGitHub } from '../../../src/github/api.ts';
import { createEnvironments } from '../../../src/github/environment.ts';
import { token as flyToken, startApp } from '../../platforms/fly/fly.ts';
import { fastClock } from '../../platforms/support.ts';
import { startProject, team, token as vercelToken } from '../../platforms/vercel/vercel.ts';
import { allStarted, stopAll } from '../../support/clean-up.ts';
import { testContext } from '../../support/context.ts';
import type { FlyEmulator } from '../../support/emulators/fly/index.ts';
import { type EmulatorServer, route, serve } from '../../support/emulators/http.ts';
import type { VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { codesIn, validateFile } from './support.ts';

const secret = 'fake-4f9b2c7d8e1a6035';
const longer = 'fake-9e1a60354f9b2c7d8e1a6035aa71';
let fly: FlyEmulator;
let vercel: VercelEmulator;
let variables: Record<string, string>;

beforeAll(async () => {
  [fly, vercel] = await allStarted(
    startApp({
      env: { PORT: '8080', LOG_LEVEL: 'verbose' },
      secrets: { JWT_SECRET: secret, DATABASE_URL: 'postgresql://u:fake-1b2c@h/db', OLD_FLAG: '1', SHARED: secret },
    }),
    startProject({
      env: [
        { key: 'VITE_API_URL', value: 'https://api.example.com', type: 'plain' },
        { key: 'SERVICE_KEY', value: secret, type: 'sensitive' },
        { key: 'EMPTY', value: '', type: 'plain' },
        { key: 'NEXT_PUBLIC_LEAK', value: 'sk_live_fake0123456789abcd', type: 'plain' },
        { key: 'API_PORT', value: 'eighty', type: 'encrypted' },
        { key: 'SHORT_SECRET', value: secret, type: 'encrypted' },
      ],
    }),
  );
  variables = {
    FLY_API_TOKEN: flyToken,
    FLY_FLAPS_BASE_URL: fly.flapsUrl,
    FLY_API_BASE_URL: fly.apiUrl,
    VERCEL_TOKEN: vercelToken,
    VERCEL_API_URL: vercel.apiUrl,
  };
});

afterAll(() => stopAll(fly, vercel));

const services = `
services:
  api: { platform: fly, app: pm-backend, url: "https://api.example.com" }
  web: { platform: vercel, project: web, team: ${team}, url: "https://app.example.com" }
sources: { api: { platform: true }, web: { platform: true } }
`;

function run(env: string, more: Record<string, string> = {}) {
  return validateFile(`${services}\nenv: { ${env} }`, { ...variables, ...more }, { clock: fastClock(20) });
}

describe('[P1] every variable is on its platform', () => {
  test('present and unreadable is a state of its own: it proves presence, never a value', async () => {
    const report = await run('api: { JWT_SECRET: { type: secret, min-length: 32 } }');
    expect(report.verdict).toBe('inconclusive');
    expect(listFindings(report)).toMatchObject([
      { code: 'env/unreadable-value', message: 'api.JWT_SECRET is set on Fly.io, but its value cannot be read.' },
      { code: 'env/undeclared-at-source' },
    ]);
  });

  test.each([
    ['nothing is asked of the value', 'JWT_SECRET: {}', {}],
    ['that is declared to be enough', 'JWT_SECRET: { type: secret, presence-only: true }', {}],
    ['the step has the value too', 'JWT_SECRET: { type: secret, min-length: 32 }', { JWT_SECRET: longer }],
  ])('which is enough where %s', async (_, declared, more) => {
    const report = await run(`api: { ${declared} }`, more as Record<string, string>);
    expect(report.verdict).toBe('passed');
  });

  test('and a bad value of the step is told although the platform has one', async () => {
    const report = await run('api: { JWT_SECRET: { type: secret, min-length: 32 } }', { JWT_SECRET: secret });
    expect(codesIn(report)).toContain('env/invalid-value');
  });

  test('values that can be read are held against the contract', async () => {
    const report = await run('api: { PORT: { type: port }, LOG_LEVEL: { one-of: [info, warn] } }');
    expect(listFindings(report)[0]).toMatchObject({
      code: 'env/invalid-value',
      message: 'api.LOG_LEVEL on Fly.io has a value that is not in its list.',
    });
  });

  test('an encrypted one of Vercel is read by itself where a rule asks for its value, and never shown', async () => {
    const report = await run('web: { API_PORT: { type: port }, SHORT_SECRET: { type: secret, min-length: 32 } }');
    expect(listFindings(report).slice(0, 2)).toMatchObject([
      { code: 'env/invalid-value', message: 'web.API_PORT on Vercel is not a port.' },
      { code: 'env/invalid-value', message: 'web.SHORT_SECRET on Vercel has 21 characters.' },
    ]);
    expect(JSON.stringify(report)).not.toContain(secret);
  });

  test('no request is spent on a value that no rule asks for', async () => {
    const before = vercel.requests.length;
    await run('web: { API_PORT: {}, SHORT_SECRET: { type: secret, presence-only: true } }');
    const asked = vercel.requests.slice(before).map(({ path }) => path.split('?')[0]);
    expect(asked.filter(path => path?.includes('/env/'))).toEqual([]);
  });

  test('an encrypted one that the token may not read is there and unreadable', async () => {
    vercel.fail({ on: /^GET \/v1\/projects\/web\/env\//, answer: { status: 403, body: { error: { message: 'no' } } } });
    const report = await run('web: { API_PORT: { type: port } }');
    expect(listFindings(report)[0]).toMatchObject({ code: 'env/unreadable-value' });
  });

  test('a variable that is missing there is told, with how to set it there', async () => {
    const report = await run('api: { GONE: {} }, web: { GONE: {}, EMPTY: {} }', { GONE: 'only in the step' });
    expect(listFindings(report).filter(({ severity }) => severity === 'error')).toMatchObject([
      { message: 'api.GONE is not set on Fly.io.', help: 'Set it: `fly secrets set GONE=… -a pm-backend`.' },
      { message: 'web.GONE is not set on Vercel.', help: 'Set it: `vercel env add GONE production`.' },
      { code: 'env/empty-variable', message: 'web.EMPTY is set on Vercel but empty.' },
      { code: 'env/secret-under-public-prefix', message: expect.stringContaining('web.NEXT_PUBLIC_LEAK on Vercel') },
    ]);
  });

  test('what no one declared is a notice, unless it is the platform’s own or ignored', async () => {
    const report = await run('api: { PORT: {} }');
    expect(listFindings(report)).toMatchObject([
      {
        severity: 'notice',
        message: expect.stringMatching(/^api has LOG_LEVEL, DATABASE_URL, JWT_SECRET, OLD_FLAG, SHARED on Fly/),
      },
    ]);
  });

  test('a variable that only the build needs is none of Fly.io’s', async () => {
    const report = await run('api: { BUILD_FLAG: { phase: build } }');
    expect(codesIn(report)).not.toContain('env/missing-variable');
  });

  test('a secret that is staged and not deployed is told', async () => {
    fly.app('pm-backend').stage('JWT_SECRET', longer);
    const report = await run('api: { JWT_SECRET: {}, DATABASE_URL: {} }');
    expect(listFindings(report).filter(({ code }) => code === 'env/not-deployed')).toMatchObject([
      { severity: 'warning', message: 'api.JWT_SECRET is set on Fly.io but not deployed.' },
    ]);
  });

  test('[G3] a service that has what it must not have', async () => {
    const report = await run('api: { SERVICE_KEY: { never-in: others, required: false } }, web: { VITE_API_URL: {} }');
    expect(listFindings(report).filter(({ severity }) => severity === 'error')).toMatchObject([
      { message: expect.stringContaining('NEXT_PUBLIC_LEAK') },
      {
        code: 'env/forbidden-variable',
        message: 'web has SERVICE_KEY on Vercel, but the contract keeps it out of web.',
      },
    ]);
  });
});

describe('a platform that does not answer as it should', () => {
  const contract = 'api: { PORT: { type: port } }, web: { VITE_API_URL: { type: url } }';
  const html = { status: 200, html: '<html>sign in</html>' };

  test.each([
    ['401', { status: 401, body: { error: 'unauthenticated' } }, 'platform/bad-token', 1],
    ['403', { status: 403, body: { error: 'unauthorized' } }, 'platform/bad-token', 1],
    ['429 with Retry-After', { status: 429, body: { error: 'slow down' }, retryAfter: 2 }, 'platform/unavailable', 9],
    ['500', { status: 500, body: { error: 'oops' } }, 'platform/unavailable', 5],
    ['HTML', html, 'platform/not-json', 1],
  ])('is an error, and the other checks still run: %s', async (_, answer, code, times) => {
    fly.fail({ on: /^GET \/v1\/apps\/pm-backend\/secrets/, answer, times });
    const report = await run(contract);
    expect(report.checks[0]).toMatchObject({ name: 'api on Fly.io', verdict: 'error', findings: [{ code }] });
    expect(report.checks.find(({ name }) => name === 'web.VITE_API_URL')).toMatchObject({ verdict: 'passed' });
    expect(report.checks.find(({ name }) => name === 'api.PORT')).toMatchObject({
      verdict: 'error',
      detail: 'unknown: api on Fly.io could not be read',
    });
  });

  test('a token that is missing is told as such', async () => {
    const report = await run(contract, { FLY_API_TOKEN: '' });
    expect(report.checks[0]).toMatchObject({ name: 'api on Fly.io', verdict: 'error' });
    expect(codesIn(report)).toContain('config/unset-variable');
  });

  test('none is asked when the run does not want it', async () => {
    const before = fly.requests.length;
    await validateFile(
      `${services}\nenv: { ${contract} }`,
      { PORT: '1', VITE_API_URL: 'https://a.example.com' },
      { sources: ['step'] },
    );
    expect(fly.requests.length).toBe(before);
  });
});

describe('an environment of GitHub', () => {
  const githubToken = 'not-a-real-github-token';
  let github: EmulatorServer;
  let organization: number;

  beforeAll(async () => {
    const list = (kind: string, items: object[]) => ({
      status: 200,
      body: { total_count: items.length, [kind]: items },
    });
    const at = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
    const base = '/repos/example-org/consumer';
    organization = 200;
    github = await serve({
      routes: [
        route(`GET ${base}/environments/production/secrets`, () => list('secrets', [{ name: 'JWT_SECRET', ...at }])),
        route(`GET ${base}/environments/production/variables`, () =>
          list('variables', [{ name: 'PORT', value: 'eighty', ...at }]),
        ),
        route(`GET ${base}/actions/secrets`, () => list('secrets', [{ name: 'NPM_TOKEN', ...at }])),
        route(`GET ${base}/actions/variables`, () => list('variables', [{ name: 'PORT', value: '8080', ...at }])),
        route(`GET ${base}/actions/organization-secrets`, () =>
          organization === 200 ? list('secrets', []) : { status: organization, body: { message: 'Not Found' } },
        ),
        route(`GET ${base}/actions/organization-variables`, () => list('variables', [])),
      ],
      authorize: ({ headers }) =>
        headers.authorization === `token ${githubToken}`
          ? undefined
          : { status: 403, body: { message: 'Resource not accessible by integration' } },
      notFound: () => ({ status: 404, body: { message: 'Not Found' } }),
      malformed: () => ({ status: 400 }),
    });
  });

  afterAll(() => github?.stop());

  const file =
    'env: { api: { JWT_SECRET: { presence-only: true }, PORT: { type: port }, GONE: {} } }\nsources: { api: { github: production } }';

  function check(given: string) {
    const context = testContext({
      variables: { GITHUB_REPOSITORY: 'example-org/consumer', GITHUB_API_URL: github.url },
    });
    const readEnvironment = createEnvironments(createGitHub(context, given));
    return validateFile(file, {}, { given: { readEnvironment } });
  }

  test.each([200, 404])('[P1] has names of secrets, and variables of which the nearest wins (%i)', async status => {
    organization = status;
    expect(listFindings(await check(githubToken))).toMatchObject([
      { message: "api.PORT in GitHub's environment production is not a port." },
      {
        message: "api.GONE is not set in GitHub's environment production.",
        help: 'Create it: `gh secret set GONE --env production`.',
      },
    ]);
  });

  test('cannot be read with the token of a job, which is said', async () => {
    const report = await check('not-allowed');
    expect(report.verdict).toBe('error');
    expect(listFindings(report)).toMatchObject([{ code: 'env/github-environment-unreadable' }]);
  });
});
