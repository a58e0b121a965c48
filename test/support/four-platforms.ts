import type { Build } from './deployments.ts';
import { startFly } from './emulators/fly/index.ts';
import { startRailway } from './emulators/railway/index.ts';
import { startRender } from './emulators/render/index.ts';
import { startVercel } from './emulators/vercel/index.ts';

const tokens = {
  fly: 'fm2_not-a-real-token',
  vercel: 'not-a-real-vercel-token',
  render: 'rnd_not-a-real-key',
  railway: 'not-a-real-project-token',
};
const domain = 'app.example.com';

export interface FourPlatforms {
  fly: Awaited<ReturnType<typeof startFly>>;
  vercel: Awaited<ReturnType<typeof startVercel>>;
  render: Awaited<ReturnType<typeof startRender>>;
  railway: Awaited<ReturnType<typeof startRailway>>;
  /** A release-gates.yml with one service on each: `api`, `billing` and `worker`, and after them `web`. */
  configuration: string;
  /** What leads the adapters to the emulators. */
  variables: Record<string, string>;
  /** Where each service answers its users. */
  urls: Record<string, string>;
  /** What each service answers its users. */
  versions(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

export interface FourPlatformsOptions {
  /** By commit. */
  builds: Record<string, Build>;
  /** The commit that is live at first. */
  live: string;
  /** More of the configuration. */
  more?: string;
  /** Milliseconds that each state of a deployment lasts. Default: next to none. */
  state?: number;
}

/** A system with a service on each of the four platforms, whose emulators take no longer than they must. */
export async function startFourPlatforms({
  builds,
  live,
  more = '',
  state = 0,
}: FourPlatformsOptions): Promise<FourPlatforms> {
  const imageOf = (commit: string) => `registry.fly.io/api:${commit}`;
  const images = Object.fromEntries(Object.entries(builds).map(([commit, build]) => [imageOf(commit), build]));
  const [fly, vercel, render, railway] = await Promise.all([
    startFly({
      token: tokens.fly,
      delays: { replace: 0, start: 0, check: 5 },
      apps: { api: { builds: images, image: imageOf(live) } },
    }),
    startVercel({
      token: tokens.vercel,
      delays: { queue: 0, initialize: 0, build: state, assign: state, alias: state },
      projects: { web: { builds, live, domains: [domain] } },
    }),
    startRender({ apiKey: tokens.render, delays: { state }, services: { 'srv-billing': { builds, live } } }),
    startRailway({
      project: 'project-1',
      environment: 'environment-1',
      projectToken: tokens.railway,
      accountToken: 'not-a-real-account-token',
      delays: { state },
      services: { worker: { builds, live, autoDeploy: true } },
    }),
  ]);
  render.answers.mostDeploysAMinute = Number.POSITIVE_INFINITY;
  const urls = {
    api: fly.domain('api').url,
    billing: render.domain('srv-billing').url,
    worker: railway.domain('worker').url,
    web: vercel.domain(domain).url,
  };

  return {
    fly,
    vercel,
    render,
    railway,
    urls,
    configuration: `
environments: { production: {} }
services:
  api: { platform: fly, app: api, image: "registry.fly.io/api:\${commit}", url: "${urls.api}" }
  billing: { platform: render, service: srv-billing, url: "${urls.billing}" }
  worker: { platform: railway, project: project-1, environment: environment-1, service: worker, url: "${urls.worker}", after: [api] }
  web: { platform: vercel, project: web, domain: ${domain}, url: "${urls.web}", after: [api, billing, worker] }
${more}`,
    variables: {
      FLY_API_TOKEN: tokens.fly,
      FLY_FLAPS_BASE_URL: fly.flapsUrl,
      FLY_API_BASE_URL: fly.apiUrl,
      FLY_REGISTRY_HOST: fly.registryHost,
      VERCEL_TOKEN: tokens.vercel,
      VERCEL_API_URL: vercel.apiUrl,
      RENDER_API_KEY: tokens.render,
      RENDER_HOST: render.host,
      RAILWAY_TOKEN: tokens.railway,
      RAILWAY_API_URL: railway.apiUrl,
    },
    versions: async () => {
      const asked = Object.entries(urls).map(async ([name, url]) => [
        name,
        await (await fetch(`${url}/version`)).text(),
      ]);
      return Object.fromEntries(await Promise.all(asked));
    },
    stop: async () => {
      await Promise.all([fly.stop(), vercel.stop(), render.stop(), railway.stop()]);
    },
  };
}
