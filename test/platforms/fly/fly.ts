import type { FlyService } from '../../../src/config/schema/services.ts';
import type { GateContext } from '../../../src/core/context.ts';
import { flyPlatform } from '../../../src/platforms/fly/platform.ts';
import type { Platform } from '../../../src/platforms/platform.ts';
import { testContext } from '../../support/context.ts';
import { type FlyAppOptions, type FlyDelays, type FlyEmulator, startFly } from '../../support/emulators/fly/index.ts';
import { crashes, lightBuild, unhealthyBuild } from '../../support/sample-build.ts';
import { fastClock } from '../support.ts';

export const token = 'fm2_not-a-real-token';
export const image = (tag: string) => `registry.fly.io/pm-backend:${tag}`;

/** One app with two machines on `old`; `new` is good, `crashing` and `unhealthy` are not. */
export function startApp(options: Partial<FlyAppOptions> = {}, delays: FlyDelays = {}): Promise<FlyEmulator> {
  return startFly({
    token,
    delays: { waitSecond: 20, ...delays },
    apps: {
      'pm-backend': {
        builds: {
          [image('old')]: lightBuild('old'),
          [image('new')]: lightBuild('new'),
          [image('crashing')]: crashes('DATABASE_URL is not set'),
          [image('unhealthy')]: unhealthyBuild('unhealthy'),
        },
        image: image('old'),
        machines: 2,
        releaseCommandMachine: true,
        ...options,
      },
    },
  });
}

export interface Options {
  tag?: string;
  service?: Partial<FlyService>;
  factor?: number;
  timeout?: number;
  variables?: Record<string, string>;
  context?: Partial<GateContext>;
}

export function contextFor(fly: FlyEmulator, { factor = 100, variables, context }: Options = {}) {
  return testContext({
    clock: fastClock(factor),
    variables: {
      FLY_API_TOKEN: token,
      FLY_FLAPS_BASE_URL: fly.flapsUrl,
      FLY_API_BASE_URL: fly.apiUrl,
      FLY_REGISTRY_HOST: fly.registryHost,
      ...variables,
    },
    ...context,
  });
}

export function serviceOn(fly: FlyEmulator, tag = 'new'): FlyService {
  return {
    platform: 'fly',
    app: 'pm-backend',
    image: image(tag),
    url: fly.domain('pm-backend').url,
    directory: '.',
    after: [],
  };
}

export function platformOn(fly: FlyEmulator, options: Options = {}): Platform {
  const { timeout = 5000 } = options;
  return flyPlatform(
    { ...serviceOn(fly, options.tag), ...options.service },
    { context: contextFor(fly, options), timeout },
  );
}

/** The images of the machines that serve, without their digests, in the order of the machines. */
export function imagesOf(fly: FlyEmulator): string[] {
  return listServing(fly).map(({ config }) => String(config.image).replace(/@.*/, ''));
}

/** The machines of the app that are there, without that of the release command. */
export function listServing(fly: FlyEmulator) {
  return fly
    .app('pm-backend')
    .machines.filter(({ metadata, state }) => metadata.fly_process_group === 'app' && state !== 'destroyed');
}

/** How often machines were told to change. */
export function updatesOf(fly: FlyEmulator): number {
  return fly.requests.filter(({ method, path }) => method === 'POST' && /\/machines\/[0-9a-f]+$/.test(path)).length;
}
