import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGitHub } from '../../../src/github/api.ts';
import { createEnvironments } from '../../../src/github/environment.ts';
import { environment, project, projectToken, startEnvironment } from '../../platforms/railway/railway.ts';
import { apiKey, startService } from '../../platforms/render/render.ts';
import { fastClock } from '../../platforms/support.ts';
import { startProject, token as vercelToken } from '../../platforms/vercel/vercel.ts';
import { allStarted, onCleanUp, stopAll } from '../../support/clean-up.ts';
import { testContext } from '../../support/context.ts';
import type { Fault, FaultAnswer } from '../../support/emulators/faults.ts';
import { serve } from '../../support/emulators/http.ts';
import type { RailwayEmulator } from '../../support/emulators/railway/index.ts';
import type { RenderEmulator } from '../../support/emulators/render/index.ts';
import type { VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { validateFile } from './support.ts';

let vercel: VercelEmulator;
let render: RenderEmulator;
let railway: RailwayEmulator;

beforeAll(async () => {
  [vercel, render, railway] = await allStarted(
    startProject({ env: [] }),
    startService({ env: {} }),
    startEnvironment({ variables: {} }),
  );
});

afterAll(() => stopAll(vercel, render, railway));

interface Vendor {
  service: string;
  fail(fault: Fault): void;
  variables: Record<string, string>;
}

const url = 'url: "https://api.example.com"';
const vendors: Record<string, () => Vendor> = {
  Vercel: () => ({
    service: `platform: vercel, project: web, ${url}`,
    fail: vercel.fail,
    variables: { VERCEL_TOKEN: vercelToken, VERCEL_API_URL: vercel.apiUrl },
  }),
  Render: () => ({
    service: `platform: render, service: srv-api, ${url}`,
    fail: render.fail,
    variables: { RENDER_API_KEY: apiKey, RENDER_HOST: render.host },
  }),
  Railway: () => ({
    service: `platform: railway, project: ${project}, environment: ${environment}, service: worker, ${url}`,
    fail: railway.fail,
    variables: { RAILWAY_TOKEN: projectToken, RAILWAY_API_URL: railway.apiUrl },
  }),
};

const answers: [name: string, answer: FaultAnswer, code: string][] = [
  ['401', { status: 401, body: { message: 'who are you' } }, 'platform/bad-token'],
  ['403', { status: 403, body: { message: 'not you' } }, 'platform/bad-token'],
  ['429 with Retry-After', { status: 429, body: { message: 'slow down' }, retryAfter: 2 }, 'platform/unavailable'],
  ['500', { status: 500, body: { message: 'oops' } }, 'platform/unavailable'],
  ['HTML', { status: 200, html: '<html>sign in</html>' }, 'platform/not-json'],
];

describe.each(Object.keys(vendors))('%s does not answer as it should', name => {
  test.each(answers)('which is an error, and the other checks still run: %s', async (_, answer, code) => {
    const vendor = vendors[name]?.();
    vendor?.fail({ answer, times: code === 'platform/unavailable' ? 5 : 1 });
    const file = `
services: { api: { ${vendor?.service} } }
sources: { api: { platform: true } }
env: { api: { PORT: { type: port } }, jobs: { MODE: { one-of: [fast] } } }`;
    const report = await validateFile(file, { MODE: 'slow', ...vendor?.variables }, { clock: fastClock(20) });
    expect(report.verdict).toBe('failed');
    expect(report.checks.map(({ name, verdict, findings }) => [name, verdict, findings[0]?.code])).toEqual([
      [`api on ${name}`, 'error', code],
      ['api.PORT', 'error', undefined],
      ['jobs.MODE', 'failed', 'env/invalid-value'],
    ]);
  });
});

describe('GitHub does not answer as it should', () => {
  test.each(answers)('which is an error, and the other checks still run: %s', async (_, answer, code) => {
    const gitHub = await startGitHub(answer);
    const context = testContext({
      variables: { GITHUB_REPOSITORY: 'example-org/consumer', GITHUB_API_URL: gitHub.url },
      clock: fastClock(20),
    });
    const readEnvironment = createEnvironments(createGitHub(context, 'not-a-real-token'));
    const file = `
sources: { api: { github: production } }
env: { api: { PORT: { type: port } }, jobs: { MODE: { one-of: [fast] } } }`;
    const report = await validateFile(file, { MODE: 'slow' }, { given: { readEnvironment } });
    const codeOnGitHub =
      code === 'platform/bad-token' ? 'env/github-environment-unreadable' : 'gate/github-unavailable';
    expect(report.checks.map(({ name, verdict, findings }) => [name, verdict, findings[0]?.code])).toEqual([
      ["api in GitHub's environment production", 'error', codeOnGitHub],
      ['api.PORT', 'error', undefined],
      ['jobs.MODE', 'failed', 'env/invalid-value'],
    ]);
  });
});

async function startGitHub(answer: FaultAnswer) {
  const refusal = () => ({ status: 404, body: { message: 'Not Found' } });
  const server = await serve({ routes: [], authorize: () => undefined, notFound: refusal, malformed: refusal });
  onCleanUp(server.stop);
  server.fail({ answer, times: Number.POSITIVE_INFINITY });
  return server;
}
