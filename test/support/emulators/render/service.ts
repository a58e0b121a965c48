import { type Build, type Domain, type RunningDeployment, startDeployment, startDomain } from '../../deployments.ts';
import { ProcessEndedEarly } from '../../process.ts';
import type { Background } from '../background.ts';
import { Refusal } from '../http.ts';
import { LogBook } from '../log-book.ts';
import { randomText } from '../values.ts';

/** render-oss/cli pkg/client/types_gen.go, DeployStatus. */
export type DeployStatus =
  | 'created'
  | 'queued'
  | 'build_in_progress'
  | 'pre_deploy_in_progress'
  | 'update_in_progress'
  | 'live'
  | 'deactivated'
  | 'build_failed'
  | 'pre_deploy_failed'
  | 'update_failed'
  | 'canceled';

/** render-oss/cli pkg/client/autodeploy/autodeploy_gen.go. */
export type AutoDeployTrigger = 'off' | 'commit' | 'checksPass';

export interface RenderDelays {
  /** In each of the states before `live`; milliseconds. Default 5. */
  state?: number;
}

export interface RenderServiceOptions {
  /** By commit, or by image. A commit that is not here cannot be built. */
  builds: Record<string, Build>;
  /** The commit or image that is live at first. */
  live: string;
  /** What was live before, oldest first. */
  history?: string[];
  /** The service runs images. Default false. */
  image?: boolean;
  /** Default `off`. */
  autoDeployTrigger?: AutoDeployTrigger;
  /** Variables of an environment group that is linked to the service. */
  group?: Record<string, string>;
  type?: string;
  suspended?: boolean;
  env?: Record<string, string>;
  /** Its pre-deploy command fails. */
  preDeployFails?: boolean;
}

export interface RenderDeploy {
  id: string;
  status: DeployStatus;
  trigger: string;
  source: string;
  createdAt: Date;
  process: RunningDeployment | undefined;
}

const ids = '0123456789abcdefghijklmnopqrstuv';
const ended: DeployStatus[] = ['live', 'deactivated', 'build_failed', 'pre_deploy_failed', 'update_failed', 'canceled'];

/** A service with its deploys, and the address that leads to the live one. */
export class RenderServiceState {
  readonly id: string;
  readonly options: RenderServiceOptions;
  readonly domain: Domain;
  readonly deploys: RenderDeploy[] = [];
  readonly log = new LogBook();
  readonly buildLog = new LogBook();
  autoDeployTrigger: AutoDeployTrigger;
  readonly #delays: Required<RenderDelays>;
  readonly #background: Background;

  private constructor(
    id: string,
    options: RenderServiceOptions,
    domain: Domain,
    delays: Required<RenderDelays>,
    background: Background,
  ) {
    this.id = id;
    this.options = options;
    this.domain = domain;
    this.autoDeployTrigger = options.autoDeployTrigger ?? 'off';
    this.#delays = delays;
    this.#background = background;
  }

  static async start(
    id: string,
    options: RenderServiceOptions,
    delays: Required<RenderDelays>,
    background: Background,
  ): Promise<RenderServiceState> {
    const service = new RenderServiceState(id, options, await startDomain(), delays, background);
    for (const source of options.history ?? []) service.#add(source, 'new_commit').status = 'deactivated';
    const first = service.#add(options.live, 'new_commit');
    first.process = await service.#run(first);
    service.#goLive(first);
    return service;
  }

  get autoDeploy(): string {
    return this.autoDeployTrigger === 'off' ? 'no' : 'yes';
  }

  get live(): RenderDeploy | undefined {
    return this.deploys.find(({ status }) => status === 'live');
  }

  find(id: string): RenderDeploy {
    const found = this.deploys.find(deploy => deploy.id === id);
    if (found === undefined) throw new Refusal({ status: 404, body: { message: 'not found: deploy' } });
    return found;
  }

  /** Starts a deploy; the live one serves until it is done. */
  deploy(source: string, trigger: string): RenderDeploy {
    const deploy = this.#add(source, trigger);
    this.#background.run(() => this.#carryOut(deploy));
    return deploy;
  }

  /** A push to its branch, which cancels what is under way (docs: Render, overlapping deploys: "override"). */
  push(commit: string): RenderDeploy {
    for (const deploy of this.deploys) this.cancel(deploy);
    return this.deploy(commit, 'new_commit');
  }

  /** docs: Render API, rollback: a new deploy of the artifact of an earlier one. */
  rollback(id: string): RenderDeploy {
    const target = this.find(id);
    if (!['live', 'deactivated'].includes(target.status)) {
      throw new Refusal({ status: 400, body: { message: 'deploy cannot be rolled back to' } });
    }
    return this.deploy(target.source, 'rollback');
  }

  cancel(deploy: RenderDeploy): void {
    if (!ended.includes(deploy.status)) deploy.status = 'canceled';
  }

  async stop(): Promise<void> {
    await Promise.all(this.deploys.map(({ process }) => process?.stop()));
    await this.domain.stop();
  }

  async #carryOut(deploy: RenderDeploy): Promise<void> {
    const restores = deploy.trigger === 'rollback';
    if (!(await this.#enter(deploy, 'queued'))) return;
    if (!restores && !(await this.#enter(deploy, 'build_in_progress'))) return;
    if (this.options.builds[deploy.source] === undefined) {
      this.buildLog.note('==> Build failed: npm ERR! missing script: build');
      deploy.status = 'build_failed';
      return;
    }
    if (this.options.preDeployFails && !restores) {
      if (!(await this.#enter(deploy, 'pre_deploy_in_progress'))) return;
      this.log.note('Error: P3009 migrate found failed migrations in the target database');
      deploy.status = 'pre_deploy_failed';
      return;
    }
    if (!(await this.#enter(deploy, 'update_in_progress'))) return;
    try {
      deploy.process = await this.#run(deploy);
    } catch (error) {
      if (!(error instanceof ProcessEndedEarly)) throw error;
      this.log.follow()(`${error.message}\n`);
      deploy.status = 'update_failed';
      return;
    }
    if (this.#isCanceled(deploy)) await deploy.process.stop();
    else this.#goLive(deploy);
  }

  async #enter(deploy: RenderDeploy, status: DeployStatus): Promise<boolean> {
    if (this.#isCanceled(deploy)) return false;
    deploy.status = status;
    await this.#background.sleep(this.#delays.state);
    return !this.#isCanceled(deploy);
  }

  /** Read anew after each wait: it can be cancelled during any of them. */
  #isCanceled({ status }: RenderDeploy): boolean {
    return status === 'canceled';
  }

  async #run({ source }: RenderDeploy): Promise<RunningDeployment> {
    const build = this.options.builds[source];
    if (build === undefined) throw new TypeError(`The builds of ${this.id} lack ${source}.`);
    const env: Record<string, string> = { ...this.options.env, RENDER: 'true' };
    if (!this.options.image) env.RENDER_GIT_COMMIT = source;
    return startDeployment(build, { env });
  }

  #goLive(deploy: RenderDeploy): void {
    const before = this.live;
    if (before) before.status = 'deactivated';
    deploy.status = 'live';
    if (deploy.process) this.domain.point(deploy.process);
    this.#background.run(async () => before?.process?.stop());
  }

  #add(source: string, trigger: string): RenderDeploy {
    const id = `dep-${randomText(20, ids)}`;
    const deploy: RenderDeploy = { id, status: 'created', trigger, source, createdAt: new Date(), process: undefined };
    this.deploys.unshift(deploy);
    return deploy;
  }
}
