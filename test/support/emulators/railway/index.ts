import { Background } from '../background.ts';
import { type Fault, type RecordedRequest, serve } from '../http.ts';
import { graphqlRoute } from './graphql.ts';
import { type RailwayDelays, type RailwayServiceOptions, RailwayServiceState } from './service.ts';

export type { RailwayDeploymentState, RailwayServiceOptions, RailwayServiceState } from './service.ts';

export interface RailwayOptions {
  project: string;
  environment: string;
  /** By id. */
  services: Record<string, RailwayServiceOptions>;
  /** Sent as `Project-Access-Token`. */
  projectToken: string;
  /** Sent as `Bearer`. */
  accountToken: string;
  delays?: RailwayDelays;
  /** Requests of an hour, which is not over in a test. Default 1000, as on the Hobby plan. */
  allowance?: number;
}

export interface RailwayEmulator {
  /** For RAILWAY_API_URL. */
  apiUrl: string;
  domain(service: string): { url: string };
  /** @throws TypeError for a service that is not emulated. */
  service(id: string): RailwayServiceState;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  /** Keeps deployments in their states until what is returned is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

/**
 * Railway: deployments and rollbacks of services in one environment, over GraphQL, with deployments that are processes.
 */
export async function startRailway(options: RailwayOptions): Promise<RailwayEmulator> {
  const background = new Background();
  const delays = { state: 5, ...options.delays };
  const services = new Map<string, RailwayServiceState>();
  for (const [id, serviceOptions] of Object.entries(options.services)) {
    services.set(id, await RailwayServiceState.start(id, serviceOptions, delays, background));
  }
  const { project, environment, projectToken, accountToken, allowance = 1000 } = options;
  let left = allowance;
  const server = await serve({
    routes: [
      graphqlRoute({ project, environment, services }, headers => {
        if (headers['project-access-token'] === projectToken) return 'project';
        return headers.authorization === `Bearer ${accountToken}` ? 'account' : undefined;
      }),
    ],
    authorize: () => {
      left -= 1;
      return left >= 0 ? undefined : { status: 429, headers: { 'retry-after': '3600' }, body: {} };
    },
    notFound: () => ({ status: 404, body: { message: 'Not Found' } }),
    malformed: () => ({ status: 400, body: { errors: [{ message: 'invalid JSON' }] } }),
    headers: () => ({
      'x-ratelimit-limit': String(allowance),
      'x-ratelimit-remaining': String(Math.max(0, left)),
      'x-ratelimit-reset': '3600',
    }),
  });
  const service = (id: string): RailwayServiceState => {
    const found = services.get(id);
    if (found === undefined) throw new TypeError(`No service ${id} is emulated.`);
    return found;
  };
  return {
    apiUrl: `${server.url}/graphql/v2`,
    domain: id => ({ url: service(id).domain.url }),
    service,
    requests: server.requests,
    fail: server.fail,
    hold: () => background.hold(),
    async stop() {
      background.abort();
      await server.stop();
      await Promise.all([...services.values()].map(one => one.stop()));
      await background.stop();
    },
  };
}
