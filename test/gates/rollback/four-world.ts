import { listChannels } from '../../../src/channels/list.ts';
import type { Configuration } from '../../../src/config/load.ts';
import type { GateContext } from '../../../src/core/context.ts';
import type { Incidents } from '../../../src/core/incidents.ts';
import { createRecord, type ReleaseRecord } from '../../../src/core/record.ts';
import type { GateReport } from '../../../src/core/report.ts';
import { deploy } from '../../../src/gates/deploy/gate.ts';
import { rollback } from '../../../src/gates/rollback/gate.ts';
import { createGitHub } from '../../../src/github/api.ts';
import { createReleases } from '../../../src/github/deployments.ts';
import { chooseServices } from '../../../src/release/services.ts';
import { fastClock } from '../../platforms/support.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { type GitHubEmulator, startGitHub } from '../../support/emulators/github/index.ts';
import { type FourPlatforms, startFourPlatforms } from '../../support/four-platforms.ts';
import { crashes, lightBuild } from '../../support/sample-build.ts';

export const commits = {
  old: 'a'.repeat(40),
  good: 'b'.repeat(40),
  better: 'c'.repeat(40),
  crashing: 'd'.repeat(40),
};
export const everywhere = (version: string) => ({ api: version, billing: version, worker: version, web: version });

export interface GateRun {
  services?: string[];
  signal?: AbortSignal;
  /** Told what the gate logs. */
  onLog?: (text: string) => void;
}

/** The four platforms and the repository that they are released from. */
export interface FourWorld extends FourPlatforms {
  github: GitHubEmulator;
  /** The variables of a step that runs a gate as it was built. */
  step: Record<string, string>;
  release(
    commit: string,
    run?: GateRun & { resumeAutoDeploys?: boolean; again?: string[]; dryRun?: boolean },
  ): Promise<GateReport>;
  /** Undoes the release of the record; without one, the newest on GitHub. */
  goBack(record?: ReleaseRecord, run?: GateRun & { incidents?: Incidents }): Promise<GateReport>;
}

/** `state`: milliseconds that each state of a deployment lasts. Default: next to none. */
export async function startFourWorld({ state }: { state?: number } = {}): Promise<FourWorld> {
  const token = 'ghs_not-real';
  const builds = {
    [commits.old]: lightBuild('old'),
    [commits.good]: lightBuild('good'),
    [commits.better]: lightBuild('better'),
    [commits.crashing]: crashes('no database'),
  };
  const [github, platforms] = await Promise.all([
    startGitHub({ repository: 'acme/shop', token, commits: Object.values(commits) }),
    startFourPlatforms({
      builds,
      live: commits.old,
      more: 'probe: { web: { up: { get: /version, consecutive: 2 } }, worker: { up: { get: /health } } }',
      ...(state !== undefined && { state }),
    }),
  ]);
  const variables = {
    ...platforms.variables,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_RUN_ID: '42',
  };

  const contextOf = ({ signal, onLog }: GateRun): GateContext => {
    const context = testContext({ clock: fastClock(200), variables, ...(signal && { signal }) });
    const info = (text: string) => {
      onLog?.(text);
      context.log.info(text);
    };
    return { ...context, log: { ...context.log, info } };
  };
  const configurationOf = async (commit: string): Promise<Configuration> =>
    parseConfiguration(platforms.configuration, { path: 'release-gates.yml', environment: '', commit });

  return {
    ...platforms,
    github,
    step: { ...variables, 'INPUT_GITHUB-TOKEN': token, INPUT_ENVIRONMENT: 'production' },
    release: async (commit, run = {}) => {
      const context = contextOf(run);
      const configuration = await configurationOf(commit);
      const options = {
        ...chooseServices(configuration, run.services ?? []),
        commit,
        phase: 'all' as const,
        configuration,
        record: createRecord('production', commit),
        releases: createReleases(createGitHub(context, token)),
        history: { compare: async () => 'newer' as const },
        again: run.again ?? [],
        dryRun: run.dryRun ?? false,
        allowOlder: false,
        lock: undefined,
        lockTimeout: 0,
        tagging: { tags: { create: async () => true }, prefix: '' },
        resumeAutoDeploys: run.resumeAutoDeploys ?? false,
        measuring: undefined,
        isLastStep: true,
      };
      return deploy(options, context);
    },
    goBack: async (record, run = {}) => {
      const context = contextOf(run);
      const config = await configurationOf('');
      const options = {
        ...chooseServices(config, run.services ?? []),
        environment: 'production',
        record,
        empty: createRecord('production', ''),
        target: 'previous',
        reason: 'orders fail',
        configured: Object.keys(config.services),
        despiteMigrations: [],
        holdAutoDeploys: true,
        cancelled: undefined,
        dryRun: false,
        measuring: undefined,
        releases: createReleases(createGitHub(context, token)),
        lock: undefined,
        channels: listChannels({ incidents: run.incidents }),
        loadConfiguration: configurationOf,
        ignoredInputs: [],
      };
      return rollback(options, context);
    },
    stop: async () => {
      await Promise.all([platforms.stop(), github.stop()]);
    },
  };
}
