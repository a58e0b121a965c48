import { type EmulatorRequest, Refusal, type Route, route } from '../http.ts';
import { textOf } from '../values.ts';
import type { Access } from './access.ts';
import type { Checks } from './checks.ts';
import { type FieldError, invalid, notFound, unprocessable } from './errors.ts';
import { listAnswer } from './pages.ts';
import { DEFAULT_BRANCH, nodeId, now, type Repository } from './repository.ts';
import type { Statuses } from './statuses.ts';
import { bot } from './views.ts';

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'] as const;

export interface DeploymentStatus {
  id: number;
  state: (typeof STATES)[number];
  description: string;
  environment: string;
  environmentUrl: string;
  logUrl: string;
  createdAt: string;
}

export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  /** As it was sent: text or JSON. */
  payload: unknown;
  transient: boolean;
  production: boolean;
  createdAt: string;
  /** Oldest first. */
  statuses: DeploymentStatus[];
}

/** Deployments and their statuses: docs: GitHub REST, deployments. */
export class Deployments {
  readonly all: Deployment[] = [];
  readonly #repository: Repository;
  readonly #statuses: Statuses;
  readonly #checks: Checks;

  constructor(repository: Repository, statuses: Statuses, checks: Checks) {
    this.#repository = repository;
    this.#statuses = statuses;
    this.#checks = checks;
  }

  routes(access: Access): Route[] {
    const base = '/repos/:owner/:repo/deployments';
    return [
      route(
        `POST ${base}`,
        access.write('deployments', request => this.#create(request)),
      ),
      route(
        `GET ${base}`,
        access.read('deployments', request => this.#list(request)),
      ),
      route(
        `GET ${base}/:id`,
        access.read('deployments', request => ({ status: 200, body: this.#view(this.#find(request)) })),
      ),
      route(
        `POST ${base}/:id/statuses`,
        access.write('deployments', request => this.#createStatus(request)),
      ),
      route(
        `GET ${base}/:id/statuses`,
        access.read('deployments', request => {
          const deployment = this.#find(request);
          return listAnswer(deployment.statuses.toReversed(), request, status => this.#statusView(deployment, status));
        }),
      ),
      route(
        `DELETE ${base}/:id`,
        access.write('deployments', request => {
          const deployment = this.#find(request);
          const active = deployment.statuses.at(-1)?.state !== 'inactive' && this.all.length > 1;
          if (active) throw unprocessable('We cannot delete an active deployment unless it is the only deployment');
          this.all.splice(this.all.indexOf(deployment), 1);
          return { status: 204 };
        }),
      ),
    ];
  }

  #create({ body }: EmulatorRequest) {
    const ref = textOf(body.ref);
    if (ref === undefined) throw invalid({ resource: 'Deployment', field: 'ref', code: 'missing_field' });
    const sha = this.#repository.resolve(ref);
    if (sha === undefined) throw unprocessable(`No ref found for: ${ref}`);
    if (body.auto_merge !== false && this.#repository.options.behind?.includes(ref)) {
      return { status: 202, body: { message: `Auto-merged ${DEFAULT_BRANCH} into ${ref} on deployment.` } };
    }
    this.#requireContexts(ref, sha, body.required_contexts);

    const environment = textOf(body.environment) ?? 'production';
    const deployment: Deployment = {
      id: this.#repository.nextId(),
      sha,
      ref,
      task: textOf(body.task) ?? 'deploy',
      environment,
      description: textOf(body.description) ?? null,
      payload: body.payload ?? {},
      transient: body.transient_environment === true,
      production:
        typeof body.production_environment === 'boolean' ? body.production_environment : environment === 'production',
      createdAt: now(),
      statuses: [],
    };
    this.all.push(deployment);
    return { status: 201, body: this.#view(deployment) };
  }

  /** Without a list every context of the commit must be green, with an empty one none. */
  #requireContexts(ref: string, sha: string, required: unknown): void {
    const states = new Map([...this.#statuses.latest(sha), ...this.#checks.latest(sha)]);
    const wanted = Array.isArray(required) ? required.map(String) : [...states.keys()];
    const unmet = wanted.filter(context => states.get(context) !== 'success');
    if (unmet.length === 0) return;
    const contexts = unmet.map(context => ({ context, state: states.get(context) ?? 'missing' }));
    throw new Refusal({
      status: 409,
      body: {
        message: `Conflict: Commit status checks failed for ${ref}.`,
        errors: [{ contexts, resource: 'Deployment', field: 'required_contexts', code: 'invalid' }],
        documentation_url: 'https://docs.github.com/rest/deployments/deployments#create-a-deployment',
        status: '409',
      },
    });
  }

  #list(request: EmulatorRequest) {
    const is = (name: string, value: string) => {
      const wanted = request.query.get(name);
      return wanted === null || wanted === 'none' || wanted === value;
    };
    const matching = this.all.filter(
      ({ sha, ref, task, environment }) =>
        is('sha', sha) && is('ref', ref) && is('task', task) && is('environment', environment),
    );
    return listAnswer(matching.toReversed(), request, deployment => this.#view(deployment));
  }

  #createStatus(request: EmulatorRequest) {
    const deployment = this.#find(request);
    const { body } = request;
    const state = STATES.find(known => known === body.state);
    const errors: FieldError[] = [];
    if (state === undefined) errors.push({ resource: 'DeploymentStatus', field: 'state', code: 'invalid' });
    const description = textOf(body.description) ?? '';
    if (description.length > 140) {
      const message = 'description is too long (maximum is 140 characters)';
      errors.push({ resource: 'DeploymentStatus', field: 'description', code: 'custom', message });
    }
    if (state === undefined || errors.length > 0) throw invalid(...errors);

    const environment = textOf(body.environment) ?? deployment.environment;
    const status = this.#addStatus(deployment, state, {
      description,
      environment,
      environmentUrl: textOf(body.environment_url) ?? '',
      logUrl: textOf(body.log_url) ?? textOf(body.target_url) ?? '',
    });
    if (state === 'success' && body.auto_inactive !== false) this.#deactivateBefore(deployment, environment);
    return { status: 201, body: this.#statusView(deployment, status) };
  }

  /** A success makes earlier ones inactive, except those of production and of transient environments. */
  #deactivateBefore(deployment: Deployment, environment: string): void {
    for (const earlier of this.all) {
      if (earlier === deployment) return;
      const replaced = earlier.environment === environment && !earlier.transient && !earlier.production;
      if (!replaced || earlier.statuses.at(-1)?.state !== 'success') continue;
      this.#addStatus(earlier, 'inactive', { description: '', environment, environmentUrl: '', logUrl: '' });
    }
  }

  #addStatus(
    deployment: Deployment,
    state: DeploymentStatus['state'],
    rest: Pick<DeploymentStatus, 'description' | 'environment' | 'environmentUrl' | 'logUrl'>,
  ): DeploymentStatus {
    const status = { id: this.#repository.nextId(), state, createdAt: now(), ...rest };
    deployment.statuses.push(status);
    return status;
  }

  #find(request: EmulatorRequest): Deployment {
    const found = this.all.find(({ id }) => String(id) === request.params.id);
    if (found === undefined) throw notFound();
    return found;
  }

  #view(deployment: Deployment): object {
    const url = this.#repository.api(`/deployments/${deployment.id}`);
    return {
      id: deployment.id,
      node_id: nodeId('Deployment', deployment.id),
      url,
      statuses_url: `${url}/statuses`,
      repository_url: this.#repository.api(''),
      sha: deployment.sha,
      ref: deployment.ref,
      task: deployment.task,
      payload: deployment.payload,
      original_environment: deployment.environment,
      environment: deployment.environment,
      description: deployment.description,
      transient_environment: deployment.transient,
      production_environment: deployment.production,
      creator: bot(),
      created_at: deployment.createdAt,
      updated_at: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
      performed_via_github_app: null,
    };
  }

  #statusView(deployment: Deployment, status: DeploymentStatus): object {
    const url = this.#repository.api(`/deployments/${deployment.id}`);
    return {
      id: status.id,
      node_id: nodeId('DeploymentStatus', status.id),
      url: `${url}/statuses/${status.id}`,
      deployment_url: url,
      repository_url: this.#repository.api(''),
      state: status.state,
      description: status.description,
      environment: status.environment,
      environment_url: status.environmentUrl,
      log_url: status.logUrl,
      target_url: status.logUrl,
      creator: bot(),
      created_at: status.createdAt,
      updated_at: status.createdAt,
      performed_via_github_app: null,
    };
  }
}
