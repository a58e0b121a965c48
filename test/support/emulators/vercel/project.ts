import { type Build, type Domain, startDomain } from '../../deployments.ts';
import type { Background } from '../background.ts';
import { type AliasJob, type AliasJobFault, isUnderWay } from './alias-job.ts';
import { type DeploymentRequest, type VercelDelays, VercelDeployment } from './deployment.ts';
import { refuse } from './errors.ts';

export interface ProjectVariable {
  key: string;
  value: string;
  /** Default `encrypted`. The value of a `sensitive` one is never told. */
  type?: 'plain' | 'encrypted' | 'sensitive' | 'system';
  /** Default `['production']`. */
  target?: ('production' | 'preview' | 'development')[];
  /** Milliseconds since the epoch. Default: when the project was made. */
  updatedAt?: number;
}

export interface VercelProjectOptions {
  /** Default `prj_<name>`. */
  id?: string;
  /** By commit. A commit that is not here fails to build. */
  builds: Record<string, Build>;
  /** The commit that serves production at first. */
  live: string;
  /** Commits that served production before, oldest first. */
  history?: string[];
  domains: string[];
  /** Default `pro`. */
  plan?: 'hobby' | 'pro';
  env?: ProjectVariable[];
  /** The connected repository, whose pushes Vercel builds. Default: none is shown. */
  link?: { type: string; productionBranch: string };
  /** Whether `url` of a deployment is where it can be reached here, instead of a host name of Vercel. Default false. */
  reachable?: boolean;
  /** The setting of the project. Default true. */
  autoAssignCustomDomains?: boolean;
  /**
   * Whether the domains move although the deployment asked for none: `autoAssignCustomDomains` of a deployment is
   * documented for custom domains only. Default false.
   */
  ignoresSkippedDomains?: boolean;
  /** The repository it is connected to, whose pushes Vercel deploys. Default: none. */
  repository?: string;
  /** Commits whose build the "Ignored Build Step" skips. */
  ignored?: string[];
  /** Whether it has Rolling Releases. Default false. */
  rollingReleases?: boolean;
  /** How many production variables the token may not even see. */
  hiddenVariables?: number;
  /** Variables of the team that are linked to the project. */
  sharedEnv?: ProjectVariable[];
  /** Whether `targets.production` follows a rollback, which Vercel does not document. Default false. */
  targetsFollowRollback?: boolean;
}

/** Why production was rolled back: @vercel/sdk, GetProjectRollbackDescription. */
export interface RollbackDescription {
  description: string;
  createdAt: number;
  userId: string;
  username: string;
}

/** A project: its deployments, its production domains, and what moves them. */
export class VercelProject {
  readonly name: string;
  readonly id: string;
  readonly options: VercelProjectOptions;
  readonly createdAt = Date.now();
  readonly deployments: VercelDeployment[] = [];
  readonly domains = new Map<string, Domain>();
  /** Which deployment each production domain leads to. */
  readonly aliases = new Map<string, VercelDeployment>();
  autoAssignCustomDomains: boolean;
  /** The deployment that a rolling release gives a share of the traffic. */
  canary: VercelDeployment | undefined;
  lastAliasRequest: AliasJob | null = null;
  lastRollbackTarget: { deploymentId: string; timestamp: number } | null = null;
  rollbackDescription: RollbackDescription | undefined;
  /** Domains that the last job could not move. */
  readonly failedAliases = new Set<string>();
  /** What `targets.production` shows. */
  productionTarget: VercelDeployment | undefined;
  #jobFault: AliasJobFault | undefined;
  readonly #delays: Required<VercelDelays>;
  readonly #background: Background;

  private constructor(
    name: string,
    options: VercelProjectOptions,
    delays: Required<VercelDelays>,
    background: Background,
  ) {
    this.name = name;
    this.id = options.id ?? `prj_${name}`;
    this.autoAssignCustomDomains = options.autoAssignCustomDomains ?? true;
    this.options = options;
    this.#delays = delays;
    this.#background = background;
  }

  static async start(
    name: string,
    options: VercelProjectOptions,
    delays: Required<VercelDelays>,
    background: Background,
  ): Promise<VercelProject> {
    const project = new VercelProject(name, options, delays, background);
    for (const domain of options.domains) {
      project.domains.set(domain, await startDomain({ nowhere: deploymentNotFound, unreachable: invocationFailed }));
    }
    for (const commit of [...(options.history ?? []), options.live]) {
      const deployment = project.#add(fromGit(name, commit));
      deployment.becomeReady();
      deployment.promoted = true;
      deployment.aliasAssigned = Date.now();
      project.productionTarget = deployment;
    }
    if (project.productionTarget !== undefined) await project.#assignAll(project.productionTarget);
    return project;
  }

  /** The deployment that serves the first production domain. */
  get live(): VercelDeployment | undefined {
    const [domain] = this.options.domains;
    return domain === undefined ? undefined : this.aliases.get(domain);
  }

  find(idOrHost: string): VercelDeployment | undefined {
    return this.aliases.get(idOrHost) ?? this.deployments.find(({ id, host }) => id === idOrHost || host === idOrHost);
  }

  /** Production deployments that served before, the one before the live one first. */
  get rollbackCandidates(): VercelDeployment[] {
    const served = this.deployments.filter(({ promoted, state }) => promoted && state === 'READY');
    return served.filter(deployment => deployment !== this.live).toReversed();
  }

  /** The next rollback or promotion ends like this. */
  failNextAliasJob(fault: AliasJobFault): void {
    this.#jobFault = fault;
  }

  deploy(request: DeploymentRequest): VercelDeployment {
    const deployment = this.#add(request);
    this.#background.run(async () => {
      await deployment.build(this.#delays, this.#background);
      if (deployment.state !== 'READY') return;
      await this.#background.sleep(this.#delays.assign);
      const wanted = request.autoAssignCustomDomains || this.options.ignoresSkippedDomains === true;
      const mayServe = wanted && this.autoAssignCustomDomains;
      if (request.target === 'production' && mayServe) {
        this.productionTarget = deployment;
        await this.#assignAll(deployment);
      }
      deployment.aliasAssigned = Date.now();
    });
    return deployment;
  }

  /** A push to the production branch of the connected repository. */
  push(commit: string): VercelDeployment {
    return this.deploy(fromGit(this.name, commit));
  }

  /** Starts a rollback. @throws Refusal as Vercel refuses: 402, 409, 422. */
  rollback(target: VercelDeployment, description: string | undefined): void {
    this.#refuseWhileMoving();
    if (!target.promoted || target.state !== 'READY') {
      throw refuse(
        422,
        'invalid_rollback_target',
        'The deployment has not served production and is no rollback candidate.',
      );
    }
    if (this.options.plan === 'hobby' && target !== this.rollbackCandidates[0] && target !== this.live) {
      throw refuse(
        402,
        'rollback_limit',
        'To roll back further than the previous production deployment, upgrade to pro',
      );
    }
    this.describeRollback(description ?? '');
    this.#move('rollback', target, () => {
      this.canary = undefined; // a rollback aborts a rolling release (vercel/vercel packages/cli, abort-rolling-release.ts)
      this.autoAssignCustomDomains = false;
      this.lastRollbackTarget = { deploymentId: target.id, timestamp: Date.now() };
      if (this.options.targetsFollowRollback === true) this.productionTarget = target;
    });
  }

  describeRollback(description: string): void {
    this.rollbackDescription = { description, createdAt: Date.now(), userId: 'usr_deployer', username: 'deployer' };
  }

  /** Starts a promotion without a new build. @throws Refusal as Vercel refuses: 409, 422. */
  promote(target: VercelDeployment): void {
    this.#refuseWhileMoving();
    if (target.state !== 'READY' || target.request.target !== 'production') {
      throw refuse(422, 'invalid_promotion_target', 'Only a production deployment that is READY can be promoted.');
    }
    if (target === this.live && this.lastRollbackTarget === null) {
      throw refuse(409, 'conflict', 'The deployment is already the current production deployment.');
    }
    this.#move('promote', target, () => {
      this.autoAssignCustomDomains = true; // whatever it was before (vercel/vercel issue 15095, 2026-02-18)
      this.lastRollbackTarget = null;
      this.productionTarget = target;
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.deployments.map(deployment => deployment.stop()));
    await Promise.all([...this.domains.values()].map(domain => domain.stop()));
  }

  #add(request: DeploymentRequest): VercelDeployment {
    const target = request.target ?? 'preview';
    const variables = (this.options.env ?? []).filter(variable => (variable.target ?? ['production']).includes(target));
    const env = Object.fromEntries(variables.map(({ key, value }) => [key, value]));
    const deployment = new VercelDeployment(request, this.options.builds[request.commit], env, this.options.reachable);
    deployment.isIgnored = this.options.ignored?.includes(request.commit) ?? false;
    this.deployments.push(deployment);
    return deployment;
  }

  #move(type: AliasJob['type'], target: VercelDeployment, onSuccess: () => void): void {
    const job: AliasJob = {
      type,
      jobStatus: 'pending',
      fromDeploymentId: this.live?.id ?? null,
      toDeploymentId: target.id,
      requestedAt: Date.now(),
    };
    this.lastAliasRequest = job;
    this.failedAliases.clear();
    const fault = this.#jobFault;
    this.#jobFault = undefined;
    this.#background.run(async () => {
      await this.#background.sleep(this.#delays.alias);
      job.jobStatus = 'in-progress';
      if (fault === 'stuck') return;
      await this.#background.sleep(this.#delays.alias);
      if (fault === 'skipped') {
        job.jobStatus = 'skipped';
      } else if (fault === 'failed') {
        for (const domain of this.options.domains) this.failedAliases.add(domain);
        job.jobStatus = 'failed';
      } else {
        await this.#assignAll(target);
        onSuccess();
        job.jobStatus = 'succeeded';
      }
    });
  }

  async #assignAll(deployment: VercelDeployment): Promise<void> {
    const process = await deployment.running(this.#background);
    for (const [name, domain] of this.domains) {
      if (process === undefined) domain.show(invocationFailed);
      else domain.point(process);
      this.aliases.set(name, deployment);
    }
    deployment.promoted = true;
  }

  #refuseWhileMoving(): void {
    if (!isUnderWay(this.lastAliasRequest)) return;
    throw refuse(409, 'conflict', 'Another rollback or promotion of this project is in progress.');
  }
}

function fromGit(project: string, commit: string): DeploymentRequest {
  const meta = { githubCommitSha: commit, githubCommitRef: 'main' };
  return { project, commit, ref: 'main', target: 'production', source: 'git', autoAssignCustomDomains: true, meta };
}

/** docs: Vercel, error codes. */
const deploymentNotFound = {
  status: 404,
  body: 'The deployment could not be found on Vercel.\n\nDEPLOYMENT_NOT_FOUND\n',
  headers: { 'x-vercel-error': 'DEPLOYMENT_NOT_FOUND' },
};
const invocationFailed = {
  status: 500,
  body: 'A server error has occurred\n\nFUNCTION_INVOCATION_FAILED\n',
  headers: { 'x-vercel-error': 'FUNCTION_INVOCATION_FAILED' },
};
