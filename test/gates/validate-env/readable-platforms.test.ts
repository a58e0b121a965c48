import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { environment, project, projectToken, startEnvironment } from '../../platforms/railway/railway.ts';
import { apiKey, startService } from '../../platforms/render/render.ts';
import { allStarted, stopAll } from '../../support/clean-up.ts';
import type { RailwayEmulator } from '../../support/emulators/railway/index.ts';
import type { RenderEmulator } from '../../support/emulators/render/index.ts';
import { validateFile } from './support.ts';

const secret = 'fake-4f9b2c7d8e1a6035';
let render: RenderEmulator;
let railway: RailwayEmulator;

beforeAll(async () => {
  const readable = { NODE_ENV: 'development', JWT_SECRET: secret, NEXT_PUBLIC_TOKEN: secret };
  [render, railway] = await allStarted(
    startService({ env: readable }),
    startEnvironment({ variables: readable, sealed: ['DATABASE_URL'] }),
  );
});

afterAll(() => stopAll(render, railway));

// [P1] [R2] What a platform tells is held against the contract; what it keeps to itself proves that it is there.
describe('values that the platform tells', () => {
  const contract =
    'NODE_ENV: { equals: production }, JWT_SECRET: { type: secret, min-length: 32 }, NEXT_PUBLIC_TOKEN: { type: secret }, GONE: {}';
  const expected = (place: string) => [
    { code: 'env/not-equal', message: `api.NODE_ENV on ${place} is not "production".` },
    { code: 'env/invalid-value', message: `api.JWT_SECRET on ${place} has 21 characters.` },
    { code: 'env/secret-under-public-prefix' },
    {
      code: 'env/missing-variable',
      message: `api.GONE is not set on ${place}.`,
      help: `Set GONE in the service's variables on ${place}.`,
    },
  ];

  test('on Render', async () => {
    const file = `
services: { api: { platform: render, service: srv-api, url: "https://api.example.com" } }
sources: { api: { platform: true } }
env: { api: { ${contract} } }`;
    const report = await validateFile(file, { RENDER_API_KEY: apiKey, RENDER_HOST: render.host });
    expect(listFindings(report)).toMatchObject(expected('Render'));
    expect(JSON.stringify(report)).not.toContain(secret);
  });

  test('on Railway, where a sealed one is there and unreadable', async () => {
    const file = `
services: { api: { platform: railway, project: ${project}, environment: ${environment}, service: worker, url: "https://api.example.com" } }
sources: { api: { platform: true } }
env: { api: { ${contract}, DATABASE_URL: { type: postgres-url } } }`;
    const report = await validateFile(file, { RAILWAY_TOKEN: projectToken, RAILWAY_API_URL: railway.apiUrl });
    expect(listFindings(report)).toMatchObject([
      ...expected('Railway'),
      { code: 'env/unreadable-value', message: 'api.DATABASE_URL is set on Railway, but its value cannot be read.' },
    ]);
  });
});
