import type { RailwayService } from '../../../src/config/schema/services.ts';
import type { GateContext } from '../../../src/core/context.ts';
import type { Platform } from '../../../src/platforms/platform.ts';
import { railwayPlatform } from '../../../src/platforms/railway/platform.ts';
import { testContext } from '../../support/context.ts';
import {
  type RailwayEmulator,
  type RailwayServiceOptions,
  startRailway,
} from '../../support/emulators/railway/index.ts';
import { textOf } from '../../support/emulators/values.ts';
import { crashes, lightBuild } from '../../support/sample-build.ts';
import { fastClock } from '../support.ts';

export const projectToken = 'not-a-real-project-token';
export const accountToken = 'not-a-real-account-token';
export const project = 'project-1';
export const environment = 'environment-1';
export const commits = {
  older: 'a'.repeat(40),
  old: 'b'.repeat(40),
  good: 'c'.repeat(40),
  crashing: 'd'.repeat(40),
  unbuildable: 'e'.repeat(40),
};

/** One service on `old`, before which `older` was live. */
export function startEnvironment(
  options: Partial<RailwayServiceOptions> = {},
  state = 2,
  allowance = 1000,
): Promise<RailwayEmulator> {
  const { older, old, good, crashing } = commits;
  const builds = {
    [older]: lightBuild('older'),
    [old]: lightBuild('old'),
    [good]: lightBuild('good'),
    [crashing]: crashes('connect ECONNREFUSED: the database is not reachable'),
  };
  const worker = { builds, live: old, history: [older], ...options };
  const delays = { state };
  return startRailway({ project, environment, projectToken, accountToken, delays, allowance, services: { worker } });
}

export interface Options {
  timeout?: number;
  variables?: Record<string, string>;
  context?: Partial<GateContext>;
  service?: Partial<RailwayService>;
}

export function platformOn(railway: RailwayEmulator, options: Options = {}): Platform {
  const { timeout = 5000, variables, context } = options;
  const service: RailwayService = {
    platform: 'railway',
    project,
    environment,
    service: 'worker',
    url: railway.domain('worker').url,
    after: [],
    ...options.service,
  };
  return railwayPlatform(service, {
    context: testContext({
      clock: fastClock(200),
      variables: { RAILWAY_TOKEN: projectToken, RAILWAY_API_URL: railway.apiUrl, ...variables },
      ...context,
    }),
    timeout,
  });
}

/** How often an operation was asked for. */
export function countOf(railway: RailwayEmulator, operation: string): number {
  return railway.requests.filter(({ body }) => queryOf(body).includes(operation)).length;
}

function queryOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'query' in body ? (textOf(body.query) ?? '') : '';
}
