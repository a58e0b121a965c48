import { type Build, type Domain, type RunningDeployment, startDeployment, startDomain } from '../../deployments.ts';
import { ProcessEndedEarly } from '../../process.ts';
import type { Background } from '../background.ts';
import { LogBook } from '../log-book.ts';
import { randomText } from '../values.ts';

/** Railway's GraphQL schema, DeploymentStatus: those that it passes through here. */
export type Status =
  | 'INITIALIZING'
  | 'BUILDING'
  | 'DEPLOYING'
  | 'SUCCESS'
  | 'FAILED'
  | 'CRASHED'
  | 'REMOVED'
  | 'NEEDS_APPROVAL'
  | 'SKIPPED'
  | 'SLEEPING'
  | 'WAITING';

export interface RailwayDelays {
  /** In each of the states before SUCCESS; milliseconds. Default 5. */
  state?: number;
}

export interface RailwayServiceOptions {
  /** By commit, or by image. What is not here cannot be built or pulled. */
  builds: Record<string, Build>;
  /** The commit or image that is live at first. */
  live: string;
  /** What was live before, oldest first. */
  history?: string[];
  /** The service runs images. Default false. */
  image?: boolean;
  /** Pushes are deployed automatically. Default false. */
  autoDeploy?: boolean;
  /** "Wait for CI". Default false. */
  waitsForChecks?: boolean;
  /** How long the deployment before stays active. A second lasts a millisecond here. */
  overlapSeconds?: number;
  variables?: Record<string, string>;
  sealed?: string[];
}

export interface RailwayDeploymentState {
  id: string;
  status: Status;
  /** The commit, or the image. */
  source: string;
  canRollback: boolean;
  /** Its instances have all stopped. */
  isStopped: boolean;
  createdAt: Date;
  /** Its variables are kept with it, and come back with it. */
  variables: Record<string, string>;
  process: RunningDeployment | undefined;
  log: LogBook;
  buildLog: LogBook;
}

export class RailwayServiceState {
  readonly id: string;
  readonly options: RailwayServiceOptions;
  readonly domain: Domain;
  readonly deployments: RailwayDeploymentState[] = [];
  readonly variables: Record<string, string>;
  autoDeploy: boolean;
  /** What a deployment without a commit runs. */
  image: string;
  /** The next deployment stops here instead of going on. */
  stopsAt: Status | undefined;
  readonly #delays: Required<RailwayDelays>;
  readonly #background: Background;

  private constructor(
    id: string,
    options: RailwayServiceOptions,
    domain: Domain,
    delays: Required<RailwayDelays>,
    background: Background,
  ) {
    this.id = id;
    this.options = options;
    this.domain = domain;
    this.variables = { ...options.variables };
    this.image = options.live;
    this.autoDeploy = options.autoDeploy ?? false;
    this.#delays = delays;
    this.#background = background;
  }

  static async start(
    id: string,
    options: RailwayServiceOptions,
    delays: Required<RailwayDelays>,
    background: Background,
  ): Promise<RailwayServiceState> {
    const service = new RailwayServiceState(id, options, await startDomain(), delays, background);
    for (const source of options.history ?? []) service.#add(source, { ...service.variables }).status = 'REMOVED';
    for (const past of service.deployments) past.canRollback = true;
    const first = service.#add(options.live, { ...service.variables });
    first.process = await service.#run(first);
    service.#succeed(first);
    return service;
  }

  /** What serves; a deployment that crashed stays among them. */
  get active(): RailwayDeploymentState[] {
    return this.deployments.filter(({ status }) => ['SUCCESS', 'SLEEPING', 'CRASHED'].includes(status));
  }

  get live(): RailwayDeploymentState | undefined {
    return this.active.find(({ status }) => status === 'SUCCESS');
  }

  deploy(source: string): RailwayDeploymentState {
    const deployment = this.#add(source, { ...this.variables });
    this.#background.run(() => this.#carryOut(deployment, ['INITIALIZING', 'BUILDING']));
    return deployment;
  }

  /** A new deployment with the image and the variables of an earlier one (docs: Railway, deployment actions). */
  rollback(target: RailwayDeploymentState): void {
    const deployment = this.#add(target.source, target.variables);
    this.#background.run(() => this.#carryOut(deployment, ['INITIALIZING']));
  }

  cancel(deployment: RailwayDeploymentState): void {
    if (['INITIALIZING', 'BUILDING', 'DEPLOYING', 'WAITING'].includes(deployment.status)) deployment.status = 'REMOVED';
  }

  async stop(): Promise<void> {
    await Promise.all(this.deployments.map(({ process }) => process?.stop()));
    await this.domain.stop();
  }

  async #carryOut(deployment: RailwayDeploymentState, states: Status[]): Promise<void> {
    const stop = this.stopsAt;
    this.stopsAt = undefined;
    for (const status of states) {
      if (this.#isRemoved(deployment)) return;
      deployment.status = status;
      await this.#background.sleep(this.#delays.state);
    }
    if (this.#isRemoved(deployment)) return;
    if (stop) {
      deployment.status = stop;
      return;
    }
    if (this.options.builds[deployment.source] === undefined) {
      deployment.buildLog.note('npm error Missing script: "build"');
      deployment.status = 'FAILED';
      return;
    }
    deployment.status = 'DEPLOYING';
    try {
      deployment.process = await this.#run(deployment);
    } catch (error) {
      if (!(error instanceof ProcessEndedEarly)) throw error;
      deployment.log.follow()(`${error.message}\n`);
      deployment.status = 'FAILED'; // its health check never passed, so the one before goes on
      return;
    }
    if (this.#isRemoved(deployment)) await deployment.process.stop();
    else this.#succeed(deployment);
  }

  #isRemoved({ status }: RailwayDeploymentState): boolean {
    return status === 'REMOVED';
  }

  #run({ source, variables }: RailwayDeploymentState): Promise<RunningDeployment> {
    const build = this.options.builds[source];
    if (build === undefined) throw new TypeError(`The builds of ${this.id} lack ${source}.`);
    const env = { ...variables };
    if (!this.options.image) env.RAILWAY_GIT_COMMIT_SHA = source;
    return startDeployment(build, { env });
  }

  #succeed(deployment: RailwayDeploymentState): void {
    for (const before of this.active) this.#background.run(() => this.#retire(before));
    deployment.status = 'SUCCESS';
    deployment.canRollback = true;
    if (deployment.process) this.domain.point(deployment.process);
  }

  /** docs: Railway, deployment teardown: the old one stays active for the overlap. */
  async #retire(before: RailwayDeploymentState): Promise<void> {
    const { overlapSeconds = 0 } = this.options;
    if (overlapSeconds > 0) await this.#background.sleep(overlapSeconds);
    before.status = 'REMOVED';
    await before.process?.stop();
  }

  #add(source: string, variables: Record<string, string>): RailwayDeploymentState {
    const id = [8, 4, 4, 4, 12].map(length => randomText(length, '0123456789abcdef')).join('-');
    const deployment: RailwayDeploymentState = {
      id,
      status: 'INITIALIZING',
      source,
      canRollback: false,
      isStopped: false,
      createdAt: new Date(),
      variables,
      process: undefined,
      log: new LogBook(),
      buildLog: new LogBook(),
    };
    this.deployments.unshift(deployment);
    return deployment;
  }
}
