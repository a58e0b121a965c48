import type { VercelService } from '../../../src/config/schema/services.ts';
import type { GateContext } from '../../../src/core/context.ts';
import type { Platform } from '../../../src/platforms/platform.ts';
import { vercelPlatform } from '../../../src/platforms/vercel/platform.ts';
import { testContext } from '../../support/context.ts';
import {
  startVercel,
  type VercelDelays,
  type VercelEmulator,
  type VercelProjectOptions,
} from '../../support/emulators/vercel/index.ts';
import { lightBuild } from '../../support/sample-build.ts';
import { fastClock } from '../support.ts';

export const token = 'notARealVercelToken';
export const team = 'team_acme';
export const domain = 'app.example.com';
export const commits = {
  older: 'a'.repeat(40),
  old: 'b'.repeat(40),
  good: 'c'.repeat(40),
  unbuildable: 'd'.repeat(40),
};

/** One project on `old`, before which `older` was live. */
export function startProject(
  options: Partial<VercelProjectOptions> = {},
  delays: VercelDelays = {},
): Promise<VercelEmulator> {
  const { older, old, good } = commits;
  return startVercel({
    token,
    teamId: team,
    delays,
    projects: {
      web: {
        builds: { [older]: lightBuild('older'), [old]: lightBuild('old'), [good]: lightBuild('good') },
        history: [older],
        live: old,
        domains: [domain],
        ...options,
      },
    },
  });
}

export interface Options {
  factor?: number;
  timeout?: number;
  variables?: Record<string, string>;
  context?: Partial<GateContext>;
  service?: Partial<VercelService>;
}

export function contextFor(vercel: VercelEmulator, { factor = 200, variables, context }: Options = {}) {
  return testContext({
    clock: fastClock(factor),
    variables: {
      VERCEL_TOKEN: token,
      VERCEL_API_URL: vercel.apiUrl,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_SHA: commits.good,
      GITHUB_REF_NAME: 'main',
      ...variables,
    },
    ...context,
  });
}

export function serviceOn(vercel: VercelEmulator): VercelService {
  return {
    platform: 'vercel',
    project: 'web',
    team,
    domain,
    url: vercel.domain(domain).url,
    strategy: 'direct',
    prebuilt: false,
    directory: '.',
    after: [],
  };
}

export function platformOn(vercel: VercelEmulator, options: Options = {}): Platform {
  const { timeout = 5000 } = options;
  return vercelPlatform(
    { ...serviceOn(vercel), ...options.service },
    { context: contextFor(vercel, options), timeout },
  );
}

/** The deployment that serves the domain. */
export function liveOn(vercel: VercelEmulator) {
  const { live } = vercel.project('web');
  if (live === undefined) throw new TypeError('Nothing is live.');
  return live;
}

export function deploymentOf(vercel: VercelEmulator, commit: string) {
  const found = vercel.project('web').deployments.find(({ request }) => request.commit === commit);
  if (found === undefined) throw new TypeError(`Nothing was deployed from ${commit}.`);
  return found;
}

export function countOf(vercel: VercelEmulator, pattern: RegExp): number {
  return vercel.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)).length;
}

export const creations = /^POST \/v13\/deployments/;
export const rollbacks = /^POST \/v1\/projects\/[^/]+\/rollback\//;
export const promotions = /^POST \/v10\/projects\/[^/]+\/promote\//;
