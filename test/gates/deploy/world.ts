import { listChannels } from '../../../src/channels/list.ts';
import type { GateContext } from '../../../src/core/context.ts';
import { createRecord, type ReleaseRecord } from '../../../src/core/record.ts';
import type { GateReport } from '../../../src/core/report.ts';
import { deploy } from '../../../src/gates/deploy/gate.ts';
import { parsePhase } from '../../../src/gates/deploy/phase.ts';
import type { OnCancel } from '../../../src/gates/rollback/cancelled.ts';
import { rollback } from '../../../src/gates/rollback/gate.ts';
import { createGitHub } from '../../../src/github/api.ts';
import { createReleases } from '../../../src/github/deployments.ts';
import { createHistory } from '../../../src/github/history.ts';
import { createIncidents } from '../../../src/github/incidents.ts';
import { createLock } from '../../../src/github/lock.ts';
import { createTags } from '../../../src/github/tags.ts';
import { adoptRecord } from '../../../src/release/adopt-record.ts';
import { chooseServices } from '../../../src/release/services.ts';
import { fastClock } from '../../platforms/support.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { type FlyDelays, type FlyEmulator, startFly } from '../../support/emulators/fly/index.ts';
import {
  type GitHubEmulator,
  type GitHubOptions,
  type Permissions,
  startGitHub,
} from '../../support/emulators/github/index.ts';
import { startVercel, type VercelDelays, type VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { crashes, lightBuild } from '../../support/sample-build.ts';

export const commits = {
  old: 'a'.repeat(40),
  good: 'b'.repeat(40),
  better: 'c'.repeat(40),
  crashing: 'd'.repeat(40),
  unbuildable: 'e'.repeat(40),
};
export const image = (commit: string) => `registry.fly.io/pm-backend:${commit}`;

const domain = 'app.example.com';
const tokens = { fly: 'fm2_not-a-real-token', vercel: 'not-a-real-vercel-token', github: 'not-a-real-github-token' };

export interface WorldOptions {
  machines?: number;
  flyDelays?: FlyDelays;
  vercelDelays?: VercelDelays;
  permissions?: Permissions;
  /** Further repositories on GitHub. */
  others?: GitHubOptions['others'];
}

/**
 * An api on Fly.io, a web front end on Vercel that comes after it, and the GitHub repository that they are released
 * from.
 */
export interface World {
  fly: FlyEmulator;
  vercel: VercelEmulator;
  github: GitHubEmulator;
  /** The variables of a step that runs a gate as it was built. */
  step: Record<string, string>;
  deploy(commit: string, options?: RunOptions): Promise<GateReport & { logged: string[] }>;
  rollback(options?: RollbackRun): Promise<GateReport & { logged: string[] }>;
  /** Leaves the record of a release that gave way to another. Returns its id. */
  withdraw(record: ReleaseRecord): Promise<string>;
  /** What each service answers its users. */
  versions(): Promise<{ api: string; web: string }>;
  /** Requests that change something on a platform. */
  changes(): number;
  stop(): Promise<void>;
}

export interface RunOptions {
  services?: string[];
  record?: ReleaseRecord;
  configuration?: string;
  context?: Partial<GateContext>;
  variables?: Record<string, string>;
  onLog?: (text: string) => void;
  lockTimeout?: number;
  allowOlder?: boolean;
  again?: string[];
  dryRun?: boolean;
  tagPrefix?: string;
  resumeAutoDeploys?: boolean;
  phase?: string;
  /** Default: true. */
  isLastStep?: boolean;
  measuring?: { allowed: number | undefined };
}

export interface RollbackRun extends RunOptions {
  target?: string;
  reason?: string;
  dryRun?: boolean;
  despiteMigrations?: string[];
  holdAutoDeploys?: boolean;
  incidentIssue?: boolean;
  cancelled?: OnCancel;
  /** What the job releases. */
  commit?: string;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { old, good, better, crashing } = commits;
  const [fly, vercel, github] = await Promise.all([
    startFly({
      token: tokens.fly,
      delays: { waitSecond: 20, ...options.flyDelays },
      apps: {
        'pm-backend': {
          builds: {
            [image(old)]: lightBuild('old'),
            [image(good)]: lightBuild('good'),
            [image(better)]: lightBuild('better'),
            [image(crashing)]: crashes('DATABASE_URL is not set'),
            [image(commits.unbuildable)]: lightBuild('unbuildable'),
          },
          image: image(old),
          machines: options.machines ?? 1,
        },
      },
    }),
    startVercel({
      token: tokens.vercel,
      projects: {
        web: {
          builds: {
            [old]: lightBuild('old'),
            [good]: lightBuild('good'),
            [better]: lightBuild('better'),
            [crashing]: lightBuild('crashing'),
          },
          live: old,
          domains: [domain],
          reachable: true,
        },
      },
      ...(options.vercelDelays && { delays: options.vercelDelays }),
    }),
    startGitHub({
      repository: 'acme/shop',
      token: tokens.github,
      commits: Object.values(commits),
      ...(options.permissions && { permissions: options.permissions }),
      ...(options.others && { others: options.others }),
    }),
  ]);

  const variables = {
    FLY_API_TOKEN: tokens.fly,
    FLY_FLAPS_BASE_URL: fly.flapsUrl,
    FLY_API_BASE_URL: fly.apiUrl,
    FLY_REGISTRY_HOST: fly.registryHost,
    VERCEL_TOKEN: tokens.vercel,
    VERCEL_API_URL: vercel.apiUrl,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_RUN_ID: '42',
  };
  const contextOf = (run: RunOptions) => {
    const context = testContext({
      clock: fastClock(100),
      variables: { ...variables, ...run.variables },
      ...run.context,
    });
    const { log } = context;
    const info = (text: string) => {
      run.onLog?.(text);
      log.info(text);
    };
    return { ...context, log: { ...log, info } };
  };
  const configurationOf = (commit: string, run: RunOptions) =>
    parseConfiguration(run.configuration ?? configuration(fly, vercel), {
      path: '.github/release-gates.yml',
      environment: 'production',
      commit,
    });

  return {
    fly,
    vercel,
    github,
    step: { ...variables, 'INPUT_GITHUB-TOKEN': tokens.github, INPUT_ENVIRONMENT: 'production' },
    deploy: async (commit, run = {}) => {
      const context = contextOf(run);
      const config = await configurationOf(commit, run);
      const chosen = chooseServices(config, run.services ?? []);
      const shared = config.release['lock-repository'];
      const options = {
        ...chosen,
        phase: parsePhase(run.phase ?? '', chosen.services),
        commit,
        configuration: config,
        lock: shared ? createLock(createGitHub(context, tokens.github, shared), shared, 'production') : undefined,
        lockTimeout: run.lockTimeout ?? 0,
        tagging: { tags: createTags(createGitHub(context, tokens.github)), prefix: run.tagPrefix ?? '' },
        resumeAutoDeploys: run.resumeAutoDeploys ?? false,
        measuring: run.measuring,
        isLastStep: run.isLastStep ?? true,
        record: adoptRecord('production', run.record ?? createRecord('production', commit)),
        releases: createReleases(createGitHub(context, tokens.github)),
        history: createHistory(createGitHub(context, tokens.github)),
        again: run.again ?? [],
        dryRun: run.dryRun ?? false,
        allowOlder: run.allowOlder ?? false,
      };
      return { ...(await deploy(options, context)), logged: context.logged };
    },
    rollback: async (run = {}) => {
      const context = contextOf(run);
      const config = await configurationOf('', run);
      const shared = config.release['lock-repository'];
      const options = {
        ...chooseServices(config, run.services ?? []),
        environment: 'production',
        cancelled: run.cancelled,
        record: run.record && adoptRecord('production', run.record),
        empty: createRecord('production', run.commit ?? ''),
        target: run.target ?? 'previous',
        reason: run.reason ?? 'the smoke test failed',
        configured: Object.keys(config.services),
        despiteMigrations: run.despiteMigrations ?? [],
        holdAutoDeploys: run.holdAutoDeploys ?? false,
        dryRun: run.dryRun ?? false,
        measuring: run.measuring,
        releases: createReleases(createGitHub(context, tokens.github)),
        lock: shared ? createLock(createGitHub(context, tokens.github, shared), shared, 'production') : undefined,
        channels: listChannels({
          incidents: run.incidentIssue ? createIncidents(createGitHub(context, tokens.github)) : undefined,
        }),
        loadConfiguration: async (commit: string) => configurationOf(commit, run),
        ignoredInputs: [],
      };
      return { ...(await rollback(options, context)), logged: context.logged };
    },
    withdraw: async record => {
      const release = await createReleases(createGitHub(contextOf({}), tokens.github)).open(record);
      await release.withdrawn('gave way to another');
      return release.id;
    },
    versions: async () => ({
      api: await versionAt(fly.domain('pm-backend').url),
      web: await versionAt(vercel.domain(domain).url),
    }),
    changes: () => {
      const changing = /^(?:POST|PATCH|DELETE)/;
      const harmless = /\/graphql|\/lease/;
      return [...fly.requests, ...vercel.requests].filter(
        ({ method, path }) => changing.test(method) && !harmless.test(path),
      ).length;
    },
    stop: async () => {
      await Promise.all([fly.stop(), vercel.stop(), github.stop()]);
    },
  };
}

/** The order in the file is not that of the release. */
export function configuration(fly: FlyEmulator, vercel: VercelEmulator, more = ''): string {
  return `
environments:
  production: { api: ${fly.domain('pm-backend').url}, app: ${vercel.domain(domain).url} }
services:
  web: { platform: vercel, project: web, domain: ${domain}, url: "\${app}", after: [api] }
  api: { platform: fly, app: pm-backend, image: "registry.fly.io/pm-backend:\${commit}", url: "\${api}" }
${more}`;
}

async function versionAt(url: string): Promise<string> {
  const answer = await fetch(`${url}/version`);
  return answer.ok ? answer.text() : `${answer.status}`;
}

export function recordOf(report: GateReport): ReleaseRecord {
  if (report.record === undefined) throw new TypeError('The report has no record.');
  return report.record;
}
