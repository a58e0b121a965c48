import { Background } from '../background.ts';
import { type Fault, type RecordedRequest, serve } from '../http.ts';
import { groupRoutes, hookRoutes, type RenderAnswers, serviceRoutes } from './routes.ts';
import { type RenderDelays, type RenderServiceOptions, RenderServiceState } from './service.ts';

export type { RenderDeploy, RenderServiceOptions, RenderServiceState } from './service.ts';

export interface RenderOptions {
  /** By id (srv-…). */
  services: Record<string, RenderServiceOptions>;
  apiKey: string;
  delays?: RenderDelays;
}

export interface RenderEmulator {
  /** For RENDER_HOST: with /v1/ at its end. */
  host: string;
  /** The deploy hook of a service. */
  hook(service: string): string;
  /** The public address of a service. */
  domain(service: string): { url: string };
  /** @throws TypeError for a service that is not emulated. */
  service(id: string): RenderServiceState;
  /** How it answers where Render can answer in more than one way. */
  answers: RenderAnswers;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  /** Keeps deployments in their states until what is returned is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

/** Render: deploys, rollbacks, deploy hooks and logs, with deploys that are processes. */
export async function startRender(options: RenderOptions): Promise<RenderEmulator> {
  const background = new Background();
  const delays = { state: 5, ...options.delays };
  const services = new Map<string, RenderServiceState>();
  for (const [id, serviceOptions] of Object.entries(options.services)) {
    services.set(id, await RenderServiceState.start(id, serviceOptions, delays, background));
  }
  const answers = { queuesSilently: false, mostDeploysAMinute: 10 };
  const hookKey = 'not-a-real-hook-key';
  const server = await serve({
    routes: [...serviceRoutes(services, answers), ...groupRoutes(services), ...hookRoutes(services, hookKey)],
    authorize: ({ path, headers }) => {
      if (path.startsWith('/deploy/') || headers.authorization === `Bearer ${options.apiKey}`) return undefined;
      return { status: 401, body: { message: 'Unauthorized' } };
    },
    notFound: () => ({ status: 404, body: { message: 'not found' } }),
    malformed: () => ({ status: 400, body: { message: 'invalid JSON' } }),
    headers: () => ({ 'ratelimit-limit': '400', 'ratelimit-remaining': '399', 'ratelimit-reset': '60' }),
  });
  const service = (id: string): RenderServiceState => {
    const found = services.get(id);
    if (found === undefined) throw new TypeError(`No service ${id} is emulated.`);
    return found;
  };
  return {
    host: `${server.url}/v1/`,
    hook: id => `${server.url}/deploy/${id}?key=${hookKey}`,
    domain: id => ({ url: service(id).domain.url }),
    service,
    answers,
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
