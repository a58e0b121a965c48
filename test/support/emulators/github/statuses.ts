import { type EmulatorRequest, type Route, route } from '../http.ts';
import { textOf } from '../values.ts';
import type { Access } from './access.ts';
import { invalid, notFound, unprocessable } from './errors.ts';
import { listAnswer, pageOf } from './pages.ts';
import { nodeId, now, type Repository } from './repository.ts';
import { bot, repositoryView } from './views.ts';

const STATES = ['error', 'failure', 'pending', 'success'] as const;

export interface CommitStatus {
  id: number;
  sha: string;
  state: (typeof STATES)[number];
  context: string;
  description: string | null;
  targetUrl: string | null;
  createdAt: string;
}

/** Commit statuses: docs: GitHub REST, commit statuses. */
export class Statuses {
  readonly all: CommitStatus[] = [];
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** The last state of each context of a commit. */
  latest(sha: string): Map<string, string> {
    return new Map(this.all.filter(status => status.sha === sha).map(({ context, state }) => [context, state]));
  }

  routes(access: Access): Route[] {
    const repo = '/repos/:owner/:repo';
    return [
      route(
        `POST ${repo}/statuses/:sha`,
        access.write('statuses', request => this.#create(request)),
      ),
      route(
        `GET ${repo}/commits/:ref/status`,
        access.read('statuses', request => this.#combined(request)),
      ),
      route(
        `GET ${repo}/commits/:ref/statuses`,
        access.read('statuses', request => {
          const sha = this.#shaOf(request);
          const newestFirst = this.all.filter(status => status.sha === sha).toReversed();
          return listAnswer(newestFirst, request, status => ({ ...this.#view(status), creator: bot() }));
        }),
      ),
    ];
  }

  #create({ params, body }: EmulatorRequest) {
    const { sha = '' } = params;
    if (!this.#repository.knows(sha)) throw unprocessable(`No commit found for SHA: ${sha}`);
    const state = STATES.find(known => known === body.state);
    if (state === undefined) throw invalid({ resource: 'Status', field: 'state', code: 'invalid' });
    const description = textOf(body.description) ?? null;
    if ((description?.length ?? 0) > 140) {
      const message = 'description is too long (maximum is 140 characters)';
      throw invalid({ resource: 'Status', field: 'description', code: 'custom', message });
    }
    const context = textOf(body.context) ?? 'default';
    if (this.all.filter(status => status.sha === sha && status.context === context).length >= 1_000) {
      const message = 'This SHA and context has reached the maximum number of statuses.';
      throw invalid({ resource: 'Status', field: 'base', code: 'custom', message });
    }
    const status = {
      id: this.#repository.nextId(),
      sha,
      state,
      context,
      description,
      targetUrl: textOf(body.target_url) ?? null,
      createdAt: now(),
    };
    this.all.push(status);
    return { status: 201, body: { ...this.#view(status), creator: bot() } };
  }

  /** The worst of the last states: failure before pending before success; pending when there are none. */
  #combined(request: EmulatorRequest) {
    const sha = this.#shaOf(request);
    const latest = [...new Map(this.all.filter(one => one.sha === sha).map(one => [one.context, one])).values()];
    const states = latest.map(({ state }) => state);
    const failed = states.some(state => state === 'failure' || state === 'error');
    const green = states.length > 0 && states.every(state => state === 'success');
    const { items, headers } = pageOf(latest, request);
    const url = this.#repository.api(`/commits/${sha}`);
    const body = {
      state: failed ? 'failure' : green ? 'success' : 'pending',
      sha,
      total_count: latest.length,
      statuses: items.map(status => this.#view(status)),
      repository: repositoryView(this.#repository),
      commit_url: url,
      url: `${url}/status`,
    };
    return { status: 200, body, headers };
  }

  #shaOf(request: EmulatorRequest): string {
    const sha = this.#repository.resolve(request.params.ref ?? '');
    if (sha === undefined) throw notFound();
    return sha;
  }

  #view(status: CommitStatus): object {
    return {
      url: this.#repository.api(`/statuses/${status.sha}`),
      avatar_url: 'https://avatars.githubusercontent.com/in/15368',
      id: status.id,
      node_id: nodeId('Status', status.id),
      state: status.state,
      description: status.description,
      target_url: status.targetUrl,
      context: status.context,
      created_at: status.createdAt,
      updated_at: status.createdAt,
    };
  }
}
