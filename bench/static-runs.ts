import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A run of a gate that sends no request: its time goes into starting, reading and checking. */
export interface StaticRun {
  /** The consumer's checkout, with a configuration file. */
  workspace: string;
  /** The variables that the runner passes to the gate, including its inputs. */
  environmentOf(gate: string): Record<string, string>;
  remove(): void;
}

const CONFIGURATION = `
environments:
  production: { api: https://api.example.com, app: https://app.example.com }

env:
  api:
    DATABASE_URL:       { type: postgres-url, pooler: transaction }
    DIRECT_URL:         { type: postgres-url, pooler: none }
    REDIS_URL:          { type: redis-url, tls: true, boundary: rate-limiting }
    JWT_SECRET:         { type: secret, min-length: 32, boundary: identity }
    JWT_REFRESH_SECRET: { type: secret, differs-from: JWT_SECRET }
    CORS_ORIGIN:        { type: origins, includes: "\${app}" }
    LOG_LEVEL:          { one-of: [info, warn, error, debug], default: info }
    PORT:               { type: port }
    MAX_ORDER_SIZE:     { type: number }
  web:
    VITE_API_URL:       { type: url, equals: "\${api}" }
`;

const VARIABLES = {
  DATABASE_URL: 'postgresql://app:not-a-password@pooler.example.com:6543/app?pgbouncer=true',
  DIRECT_URL: 'postgresql://app:not-a-password@db.example.com:5432/app',
  REDIS_URL: 'rediss://default:not-a-password@redis.example.com:6379',
  JWT_SECRET: 'fake-1f6c0d2b9e8a7453c1b0f2d4e6a8c907',
  JWT_REFRESH_SECRET: 'fake-70c9a86e4d2f0b1c3547a8e9b2d0c6f1',
  CORS_ORIGIN: 'https://app.example.com',
  LOG_LEVEL: 'info',
  PORT: '8080',
  MAX_ORDER_SIZE: '1000',
  VITE_API_URL: 'https://api.example.com',
};

/** Writes the fixture to a temporary folder: ten variables for validate-env, and no configuration for the other gates. */
export function createStaticRun(): StaticRun {
  const folder = mkdtempSync(join(tmpdir(), 'static-run-'));
  const workspace = join(folder, 'workspace');
  mkdirSync(join(workspace, '.github'), { recursive: true });
  writeFileSync(join(workspace, '.github/release-gates.yml'), CONFIGURATION);
  for (const file of ['output', 'summary']) writeFileSync(join(folder, file), '');
  const runner = {
    PATH: process.env.PATH ?? '',
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    INPUT_ENVIRONMENT: 'production',
    INPUT_COMMIT: '0123456789abcdef0123456789abcdef01234567',
  };
  return {
    workspace,
    environmentOf: gate =>
      gate === 'validate-env'
        ? { ...runner, ...VARIABLES, INPUT_CONFIG: '.github/release-gates.yml' }
        : { ...runner, INPUT_CONFIG: '.github/not-there.yml' },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
