import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaultName } from './api/faults.ts';
import type { ReleaseName } from './api/requirements.ts';

export interface Release {
  label: string;
  /** 40 hexadecimal digits, as git names a commit. */
  commit: string;
  /** The image on Fly.io that the API runs from, and the name of the deployment on Vercel. */
  images: { api: string; web: string };
  /** What the API's environment has besides the settings of its deployment. */
  env: Record<string, string>;
  /** The migrations this release comes with, in their order. */
  migrations: string[];
}

export const MIGRATIONS_FOLDER = new URL('./prisma/migrations/', import.meta.url);

/** What starts each service. Both listen on $PORT and say at /version that they serve $COMMIT. */
const PROGRAMS = {
  api: new URL('./api/server.ts', import.meta.url),
  web: new URL('./web/server.ts', import.meta.url),
};

export type ServiceName = keyof typeof PROGRAMS;

/** What a platform runs for a service of a release; its deployment adds the settings and the port. */
export function buildOf(
  service: ServiceName,
  { commit, env }: Release,
): { command: string[]; env: Record<string, string> } {
  // Starting from Node's compile cache takes half the time.
  const cache = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };
  return {
    command: [process.execPath, fileURLToPath(PROGRAMS[service])],
    env: { COMMIT: commit, ...cache, ...(service === 'api' && env) },
  };
}

const INITIAL = '20260105090000_initial';
const RESOLUTION_SOURCE = '20260212103000_markets_resolution_source';

function release(label: string, code: ReleaseName, migrations: string[], env: Record<string, string> = {}): Release {
  const commit = createHash('sha1').update(`prediction-market ${label}`).digest('hex');
  const images = {
    api: `registry.fly.io/pm-backend:${commit}`,
    web: `pm-frontend-${commit.slice(0, 9)}`,
  };
  return { label, commit, images, migrations, env: { RELEASE: code, ...env } };
}

/** What is live before any of the others. */
export const v0 = release('v0', 'v1', [INITIAL]);
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
