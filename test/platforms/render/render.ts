import type { RenderService } from '../../../src/config/schema/services.ts';
import type { GateContext } from '../../../src/core/context.ts';
import type { Platform } from '../../../src/platforms/platform.ts';
import { renderPlatform } from '../../../src/platforms/render/platform.ts';
import { testContext } from '../../support/context.ts';
import { type RenderEmulator, type RenderServiceOptions, startRender } from '../../support/emulators/render/index.ts';
import { crashes, lightBuild } from '../../support/sample-build.ts';
import { fastClock } from '../support.ts';

export const apiKey = 'rnd_not-a-real-key';
export const commits = {
  older: 'a'.repeat(40),
  old: 'b'.repeat(40),
  good: 'c'.repeat(40),
  crashing: 'd'.repeat(40),
  unbuildable: 'e'.repeat(40),
};

/** One service on `old`, before which `older` was live. */
export function startService(options: Partial<RenderServiceOptions> = {}, state = 2): Promise<RenderEmulator> {
  const { older, old, good, crashing } = commits;
  const builds = {
    [older]: lightBuild('older'),
    [old]: lightBuild('old'),
    [good]: lightBuild('good'),
    [crashing]: crashes('connect ECONNREFUSED: the database is not reachable'),
  };
  const service = { builds, live: old, history: [older], ...options };
  return startRender({ apiKey, delays: { state }, services: { 'srv-api': service } });
}

export interface Options {
  timeout?: number;
  variables?: Record<string, string>;
  context?: Partial<GateContext>;
  service?: Partial<RenderService>;
}

export function platformOn(render: RenderEmulator, options: Options = {}): Platform {
  const { timeout = 5000, variables, context } = options;
  const service: RenderService = {
    platform: 'render',
    service: 'srv-api',
    url: render.domain('srv-api').url,
    after: [],
    ...options.service,
  };
  return renderPlatform(service, {
    context: testContext({
      clock: fastClock(200),
      variables: { RENDER_API_KEY: apiKey, RENDER_HOST: render.host, ...variables },
      ...context,
    }),
    timeout,
  });
}

export function countOf(render: RenderEmulator, pattern: RegExp): number {
  return render.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)).length;
}

export const creations = /^POST \/v1\/services\/[^/]+\/deploys$/;
export const rollbacks = /^POST \/v1\/services\/[^/]+\/rollback$/;
