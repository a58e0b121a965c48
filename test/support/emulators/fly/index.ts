import { Background } from '../background.ts';
import { type EmulatorRequest, type Fault, type RecordedRequest, serve } from '../http.ts';
import { randomText } from '../values.ts';
import { appsWithin, authorize, scopeOf, type TokenScope, type Tokens } from './access.ts';
import { FlyApp, type FlyAppOptions } from './app.ts';
import { flapsError, refuse } from './errors.ts';
import { graphqlRoutes } from './graphql.ts';
import type { FlyDelays } from './host.ts';
import { Leases, leaseRoutes } from './leases.ts';
import { machineRoutes } from './machine-routes.ts';
import { registryRoutes } from './registry-routes.ts';
import { releaseRoutes } from './release-routes.ts';

export type { FlyApp, FlyAppOptions } from './app.ts';
export type { FlyDelays } from './host.ts';

export interface FlyOptions {
  apps: Record<string, FlyAppOptions>;
  /** May do everything. */
  token: string;
  /** Further tokens and what they allow. */
  tokens?: Record<string, TokenScope>;
  delays?: FlyDelays;
  faults?: Fault[];
}

export interface FlyEmulator {
  /** Base of GraphQL (`/graphql`) and of the releases and logs (`/api/v1`). */
  apiUrl: string;
  /** Base of the Machines API, without `/v1`. */
  flapsUrl: string;
  /** For FLY_REGISTRY_HOST: host and port. */
  registryHost: string;
  /** The public address of an app. */
  domain(app: string): { url: string };
  /** @throws TypeError for an app that is not emulated. */
  app(name: string): FlyApp;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  stop(): Promise<void>;
}

/**
 * Fly.io: Machines API, GraphQL, releases and logs, with machines that are processes.
 *
 * @throws TypeError when the first image of an app is not among its builds.
 */
export async function startFly(options: FlyOptions): Promise<FlyEmulator> {
  const background = new Background();
  const delays = { replace: 5, start: 5, prepare: 5, check: 20, recheck: 500, waitSecond: 1000, ...options.delays };
  const apps = new Map<string, FlyApp>();
  for (const [name, { image, builds }] of Object.entries(options.apps)) {
    if (!(image in builds)) throw new TypeError(`The builds of ${name} lack its image ${image}.`);
  }
  for (const [name, appOptions] of Object.entries(options.apps)) {
    apps.set(name, await FlyApp.start(name, appOptions, background, delays));
  }

  const tokens: Tokens = { [options.token]: {}, ...options.tokens };
  const appOf = (request: EmulatorRequest): FlyApp => {
    const app = apps.get(request.params.app ?? '');
    if (app === undefined) throw refuse(404, `app not found: ${request.params.app}`);
    return app;
  };
  const leases = new Leases();
  const server = await serve({
    routes: [
      ...machineRoutes(appOf, leases, delays.waitSecond),
      ...leaseRoutes(appOf, leases),
      ...releaseRoutes(appOf, apps),
      ...registryRoutes(apps),
      ...graphqlRoutes(request => appsWithin(apps, scopeOf(request, tokens))),
    ],
    authorize: request => authorize(request, tokens),
    notFound: () => flapsError(404, 'not found'),
    malformed: () => flapsError(400, 'invalid_argument: the body is not valid JSON'),
    headers: () => ({ 'fly-request-id': `${randomText(26, '0123456789ABCDEFGHJKMNPQRSTVWXYZ')}-fra` }),
  });
  for (const fault of options.faults ?? []) server.fail(fault);

  const app = (name: string): FlyApp => {
    const found = apps.get(name);
    if (found === undefined) throw new TypeError(`No app ${name} is emulated.`);
    return found;
  };
  return {
    apiUrl: server.url,
    flapsUrl: server.url,
    registryHost: new URL(server.url).host,
    domain: name => ({ url: app(name).domain.url }),
    app,
    requests: server.requests,
    fail: server.fail,
    async stop() {
      background.abort();
      await server.stop();
      await Promise.all([...apps.values()].map(one => one.stop()));
      await background.stop();
    },
  };
}
