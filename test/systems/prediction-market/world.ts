import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { Build } from '../../support/deployments.ts';
import { type FlyDelays, startFly } from '../../support/emulators/fly/index.ts';
import { startGitHub } from '../../support/emulators/github/index.ts';
import { startVercel, type VercelDelays } from '../../support/emulators/vercel/index.ts';
import { startPostgres } from '../../support/postgres.ts';
import { startRedis } from '../../support/redis.ts';
import { runAction, runWorkflow, type WorkflowResult } from '../../support/workflow/index.ts';
import { type Addresses, socketOf, writeConsumer } from './consumer.ts';
import { brokenReleases, buildOf, type Release, v0, v1, v2 } from './releases.ts';
import { apiSettings } from './start.ts';

const suite = fileURLToPath(new URL('../../..', import.meta.url));
const tokens = {
  fly: 'fly-token-of-the-emulator',
  vercel: 'vercel-token-of-the-emulator',
  github: 'github-token-of-the-emulator',
};
const [app, domain, repository] = ['pm-backend', 'app.example.com', 'acme/prediction-market'];

export interface WorldOptions {
  delays?: { fly?: FlyDelays; vercel?: VercelDelays };
}

export interface RunOptions {
  /** Default: the example's release.yml. */
  workflow?: string;
  inputs?: Record<string, string>;
  /** In place of the right ones. */
  secrets?: Record<string, string>;
  print?: (line: string) => void;
  /** Cancels, as the cancel button does. */
  signal?: AbortSignal;
}

/** The prediction market with all that it runs on, where v0 is live and its first migration is applied. */
export async function startWorld({ delays = {} }: WorldOptions = {}) {
  const scratch = await mkdtemp(join(tmpdir(), 'prediction-market-'));
  const [postgres, redis, github] = await Promise.all([
    startPostgres(),
    startRedis(),
    startGitHub({ repository, token: tokens.github }),
  ]);
  const releases = [v0, v1, v2, ...Object.values(brokenReleases)];
  const settings = { ...apiSettings(postgres.url, redis.url), DIRECT_URL: postgres.url };
  const fly = await startFly({
    token: tokens.fly,
    apps: { [app]: { image: v0.images.api, machines: 2, builds: builds('api', releases), secrets: settings } },
    ...(delays.fly && { delays: delays.fly }),
  });
  const api = fly.domain(app).url;
  const built = { VITE_API_URL: api, VITE_WS_URL: socketOf(api) };
  const vercel = await startVercel({
    token: tokens.vercel,
    teamId: 'team_predictionMarket',
    projects: {
      'prediction-market': {
        id: 'prj_predictionMarket',
        live: v0.commit,
        builds: builds('web', releases),
        domains: [domain],
        env: Object.entries(built).map(([key, value]) => ({ key, value })),
      },
    },
    ...(delays.vercel && { delays: delays.vercel }),
  });
  const addresses: Addresses = { api, app: vercel.domain(domain).url };
  fly.app(app).secrets.set('CORS_ORIGIN', addresses.app);

  const secrets = { ...settings, FLY_API_TOKEN: tokens.fly, VERCEL_TOKEN: tokens.vercel };
  const vars = { CORS_ORIGIN: addresses.app, ...built };
  const env = {
    FLY_API_BASE_URL: fly.apiUrl,
    FLY_FLAPS_BASE_URL: fly.flapsUrl,
    FLY_REGISTRY_HOST: fly.registryHost,
    VERCEL_API_URL: vercel.apiUrl,
  };

  const checkOut = async (release: Release): Promise<string> => {
    const folder = await mkdtemp(join(scratch, 'checkout-'));
    await writeConsumer(folder, release, addresses);
    return folder;
  };
  const identity = (release: Release) => ({
    repository,
    sha: release.commit,
    apiUrl: github.apiUrl,
    token: tokens.github,
  });

  /** Releases follow each other within a minute here, and each tries the limit of requests: its count begins anew. */
  const forgetRequests = async () => {
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
  };

  /** Runs a workflow of the example at the commit of a release. */
  const run = async (release: Release, options: RunOptions = {}): Promise<WorkflowResult> => {
    await forgetRequests();
    return runWorkflow({
      workflow: options.workflow ?? '.github/workflows/release.yml',
      consumer: await checkOut(release),
      suite,
      event: { name: 'workflow_dispatch', inputs: { environment: 'production', ...options.inputs } },
      secrets: { ...secrets, ...options.secrets },
      vars,
      env,
      github: identity(release),
      ...(options.print && { print: options.print }),
      ...(options.signal && { signal: options.signal }),
    });
  };

  /** The commit that each service says it serves, as a user would see it. */
  const live = async (): Promise<{ api: string; web: string }> => {
    const commitAt = async (url: string) => {
      const { commit } = (await (await fetch(`${url}/version`, { headers: { connection: 'close' } })).json()) as {
        commit: string;
      };
      return commit;
    };
    return { api: await commitAt(addresses.api), web: await commitAt(addresses.app) };
  };

  const prepared = await runAction({
    action: join(suite, 'actions/push-schema'),
    suite,
    consumer: await checkOut(v0),
    with: { environment: 'production' },
    stepEnv: secrets,
    github: identity(v0),
  });
  if (prepared.exitCode !== 0) throw new Error(`the first migration could not be pushed:\n${prepared.log}`);

  return {
    addresses,
    databaseUrl: postgres.url,
    secrets,
    fly,
    vercel,
    github,
    run,
    live,
    stop: async () => {
      await Promise.all([fly.stop(), vercel.stop(), github.stop()]);
      await Promise.all([postgres.stop(), redis.stop()]);
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** What each release runs on its platform: the API by image, the frontend by commit. */
function builds(service: 'api' | 'web', releases: Release[]): Record<string, Build> {
  return Object.fromEntries(
    releases.map(release => [service === 'api' ? release.images.api : release.commit, buildOf(service, release)]),
  );
}
