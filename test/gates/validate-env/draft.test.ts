import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { missingFile } from '../../../src/config/findings.ts';
import { GateError } from '../../../src/core/errors.ts';
import { found } from '../../../src/core/finding.ts';
import { draftContract } from '../../../src/gates/validate-env/draft/gate.ts';
import { testContext } from '../../support/context.ts';
import { configurationOf } from './support.ts';

let workspace: string;

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'validate-env-draft-'));
  mkdirSync(join(workspace, 'src'));
  writeFileSync(
    join(workspace, '.env.example'),
    [
      'DATABASE_URL=postgresql://user:fake-example@localhost/app',
      'DIRECT_URL=',
      'SUPABASE_SERVICE_ROLE_KEY=fake-example',
      'PORT=3000',
      'MAX_ORDERS=250',
      'FEATURE_X=true',
      'SESSION_TTL=15m',
      'APP_NAME=fake-example',
      'JWT_SECRET=fake-example',
    ].join('\n'),
  );
  writeFileSync(join(workspace, 'src/main.ts'), 'process.env.CORS_ORIGIN; process.env.NODE_ENV; process.env.REDIS_URL');
});

afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const noFile = () => Promise.reject(new GateError([found(missingFile, { message: 'There is none.' })]));

const expected = `env:
  app:
    DATABASE_URL: { type: postgres-url }
    DIRECT_URL: { type: postgres-url, pooler: none }
    SUPABASE_SERVICE_ROLE_KEY: { type: supabase-key, role: secret, never-in: others }
    PORT: { type: port }
    MAX_ORDERS: { type: number }
    FEATURE_X: { type: boolean }
    SESSION_TTL: { type: duration }
    APP_NAME: {}
    JWT_SECRET: { type: secret }
    CORS_ORIGIN: { type: origins }
    REDIS_URL: { type: redis-url }
`;

test('a contract is drawn from the example file and the code, and no value of it is shown', async () => {
  const context = testContext({ workspace });
  const report = await draftContract(noFile, context);
  expect(report.outputs.contract).toBe(expected);
  expect(report.headline).toBe(
    'A contract of 11 variables was drafted: see the log or the output `contract`. Nothing was checked.',
  );
  expect(context.logged.join('\n')).toContain('DATABASE_URL: { type: postgres-url }');
  expect(context.logged.join('\n') + JSON.stringify(report)).not.toContain('fake-example');
});

test('and it is one that the gate takes', async () => {
  expect(Object.keys((await configurationOf(expected)).env.app ?? {})).toHaveLength(11);
});

test('a platform that cannot be asked leaves the rest of the draft', async () => {
  const context = testContext({ workspace });
  const config = await configurationOf('services: { api: { platform: fly, app: x, url: "https://x.example.com" } }');
  const report = await draftContract(async () => config, context);
  expect(report.outputs.contract).toContain('  api:\n    DATABASE_URL:');
  expect(context.logged[0]).toContain('The draft lacks the names on the platform of api');
});

test('there must be something to draw it from', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'validate-env-draft-'));
  await expect(draftContract(noFile, testContext({ workspace: empty }))).rejects.toThrow(
    'No example file, code or platform',
  );
  rmSync(empty, { recursive: true });
});
