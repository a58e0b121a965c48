import { type Build, type RunningDeployment, startDeployment } from '../../deployments.ts';
import type { Background } from '../background.ts';
import { LogBook } from '../log-book.ts';
import { randomText } from '../values.ts';

/** `readyState` in @vercel/sdk, as far as a deployment passes through it here. */
export type ReadyState = 'QUEUED' | 'INITIALIZING' | 'BUILDING' | 'READY' | 'ERROR' | 'CANCELED';

/** Milliseconds. Every one defaults to a few, so that tests are fast. */
export interface VercelDelays {
  /** In QUEUED. Default 5. */
  queue?: number;
  /** In INITIALIZING. Default 5. */
  initialize?: number;
  /** In BUILDING. Default 10. */
  build?: number;
  /** From READY until the domains are assigned. Default 20. */
  assign?: number;
  /** In each of `pending` and `in-progress` of a rollback or promotion. Default 20. */
  alias?: number;
}

export interface DeploymentRequest {
  project: string;
  commit: string;
  ref: string;
  target: 'production' | null;
  source: 'git' | 'cli' | 'redeploy' | 'api-trigger-git-deploy';
  /** False keeps it from the production domains: it stays STAGED. */
  autoAssignCustomDomains: boolean;
  meta: Record<string, string>;
}

/** One deployment: built once, then a process that can be reached under any number of domains. */
export class VercelDeployment {
  readonly id = `dpl_${randomText(28, '0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz')}`;
  readonly request: DeploymentRequest;
  /** The host of its own address. */
  readonly host: string;
  /** What the API tells as its address: the host, or where it can be reached in a test that asks it there. */
  address: string;
  readonly createdAt = Date.now();
  readonly log = new LogBook();
  state: ReadyState = 'QUEUED';
  buildingAt: number | undefined;
  readyAt: number | undefined;
  canceledAt: number | undefined;
  /** When its addresses were assigned: its generated ones at least, the production domains if it may have them. */
  aliasAssigned: number | false = false;
  /** Has served production, and so may do so again. */
  promoted = false;
  /** Its build is skipped by the "Ignored Build Step". */
  isIgnored = false;
  /** Why it is CANCELED (@vercel/sdk, `readyStateReason`). */
  reason: string | undefined;
  /** `checksConclusion` and `checks` in @vercel/sdk. */
  checks: { conclusion: string; blocking: boolean } | undefined;
  error: { code: string; message: string; step: string } | undefined;
  readonly #build: Build | undefined;
  readonly #env: Record<string, string>;
  #process: Promise<RunningDeployment | undefined> | undefined;

  readonly #reachable: boolean;

  constructor(request: DeploymentRequest, build: Build | undefined, env: Record<string, string>, reachable = false) {
    this.request = request;
    this.#build = build;
    this.#env = env;
    this.#reachable = reachable;
    this.host = `${request.project}-${randomText(9, 'abcdefghijklmnopqrstuvwxyz0123456789')}-acme.vercel.app`;
    this.address = this.host;
  }

  /** Goes through the states until READY, ERROR or CANCELED. */
  async build(delays: Required<VercelDelays>, background: Background): Promise<void> {
    await background.sleep(delays.queue);
    if (this.#canceled()) return;
    this.state = 'INITIALIZING';
    await background.sleep(delays.initialize);
    if (this.#canceled()) return;
    this.state = 'BUILDING';
    this.buildingAt = Date.now();
    this.log.note('Running "npm run build"');
    await background.sleep(delays.build);
    if (this.#canceled()) return;
    if (this.isIgnored) {
      // docs: Vercel, Ignored Build Step. Unverified: that the reason is in `readyStateReason` in these words.
      this.reason =
        'The Deployment has been canceled as a result of running the command defined in the "Ignored Build Step" setting.';
      return this.cancel();
    }
    if (this.#build === undefined) {
      this.log.note('Error: Command "npm run build" exited with 1');
      this.error = { code: 'BUILD_FAILED', message: 'Command "npm run build" exited with 1', step: 'buildStep' };
      this.state = 'ERROR';
      return;
    }
    await this.running(background);
    this.log.note('Build Completed in /vercel/output');
    this.becomeReady();
  }

  becomeReady(): void {
    this.readyAt = Date.now();
    this.state = 'READY';
  }

  cancel(): void {
    this.canceledAt = Date.now();
    this.state = 'CANCELED';
  }

  /** The process behind it, started when it is first needed; undefined when it crashes at start. */
  running(background: Background): Promise<RunningDeployment | undefined> {
    this.#process ??= this.#start(background);
    return this.#process;
  }

  async stop(): Promise<void> {
    const process = await this.#process;
    await process?.stop();
  }

  async #start(background: Background): Promise<RunningDeployment | undefined> {
    if (this.#build === undefined) return undefined;
    try {
      const process = await startDeployment(this.#build, { env: { ...this.#env, ...this.#identity() } });
      if (background.signal.aborted) await process.stop();
      if (this.#reachable) this.address = process.url;
      return process;
    } catch (error) {
      // A function that crashes does not fail the deployment on Vercel: its requests are answered with 500.
      this.log.follow()(`${error instanceof Error ? error.message : String(error)}\n`);
      return undefined;
    }
  }

  /** docs: Vercel, system environment variables. */
  #identity(): Record<string, string> {
    return {
      VERCEL: '1',
      VERCEL_ENV: this.request.target ?? 'preview',
      VERCEL_URL: this.host,
      VERCEL_DEPLOYMENT_ID: this.id,
      VERCEL_GIT_COMMIT_SHA: this.request.commit,
      VERCEL_GIT_COMMIT_REF: this.request.ref,
    };
  }

  /** Read anew after each wait: it can be cancelled during any of them. */
  #canceled(): boolean {
    return this.state === 'CANCELED';
  }
}
