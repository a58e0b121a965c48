import { createHash } from 'node:crypto';
import type { FaultName } from './api/faults.ts';
import type { ReleaseName } from './api/requirements.ts';

export interface Release {
  label: string;
  /** 40 hexadecimal digits, as git names a commit. */
  commit: string;
  images: { api: string; web: string };
  /** What the API's environment has besides the settings of its deployment. */
  env: Record<string, string>;
  /** The migrations this release comes with, in their order. */
  migrations: string[];
}

export const SYSTEM_FOLDER = new URL('./', import.meta.url);
export const MIGRATIONS_FOLDER = new URL('./prisma/migrations/', import.meta.url);

/** The services, each with what starts it in SYSTEM_FOLDER. All of them listen on $PORT and serve $COMMIT. */
export const SERVICES = {
  api: { command: ['node', 'api/server.ts'] },
  web: { command: ['node', 'web/server.ts'] },
} as const;

const INITIAL = '20260105090000_initial';
const RESOLUTION_SOURCE = '20260212103000_markets_resolution_source';

function release(label: string, code: ReleaseName, migrations: string[], env: Record<string, string> = {}): Release {
  const commit = createHash('sha1').update(`prediction-market ${label}`).digest('hex');
  const images = {
    api: `registry.fly.io/pm-backend:deployment-${commit.slice(0, 12)}`,
    web: `pm-frontend-${commit.slice(0, 9)}`,
  };
  return { label, commit, images, migrations, env: { RELEASE: code, ...env } };
}

export const v1 = release('v1', 'v1', [INITIAL]);
/** Brings a migration, and is not ready on a database without it. */
export const v2 = release('v2', 'v2', [INITIAL, RESOLUTION_SOURCE]);

/** v2 with one thing wrong, told by its name. */
function broken(fault: FaultName, env: Record<string, string> = {}): Release {
  return release(fault, 'v2', v2.migrations, { BREAK: fault, ...env });
}

export const brokenReleases: Record<FaultName, Release> = {
  'orders-not-idempotent': broken('orders-not-idempotent'),
  'cookie-not-http-only': broken('cookie-not-http-only'),
  'websocket-silent': broken('websocket-silent'),
  'limiter-fails-open': broken('limiter-fails-open'),
  'accepts-any-jwt': broken('accepts-any-jwt'),
  'crashes-on-start': broken('crashes-on-start'),
  'not-ready': broken('not-ready'),
  'wrong-commit': broken('wrong-commit', { STALE_COMMIT: v2.commit }),
  'health-needs-database': broken('health-needs-database'),
  'cors-any-origin': broken('cors-any-origin'),
  'drops-events': broken('drops-events'),
};
