import { type EmulatorRequest, type Route, route } from '../http.ts';
import { isRecord, recordOf, textOf } from '../values.ts';
import type { Access } from './access.ts';
import { annotationOf, type CheckAnnotation, outputErrors } from './check-output.ts';
import { invalid, notFound, unprocessable } from './errors.ts';
import { listAnswer, pageOf } from './pages.ts';
import { nodeId, now, type Repository } from './repository.ts';
import { appView } from './views.ts';

export interface CheckRun {
  id: number;
  name: string;
  sha: string;
  /** The check suite. A workflow run has its own, and so has each of its later runs for the same commit. */
  suite: number;
  status: string;
  conclusion: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  /** Those of every request so far. */
  annotations: CheckAnnotation[];
  actions: unknown[];
  detailsUrl: string | null;
  externalId: string;
  startedAt: string | null;
  completedAt: string | null;
}

/** Check runs: docs: GitHub REST, check runs. */
export class Checks {
  readonly all: CheckRun[] = [];
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** The conclusion, or else the status, of the last run of each name. */
  latest(sha: string): Map<string, string> {
    const runs = this.all.filter(run => run.sha === sha);
    return new Map(runs.map(({ name, status, conclusion }) => [name, conclusion ?? status]));
  }

  routes(access: Access): Route[] {
    const repo = '/repos/:owner/:repo';
    return [
      route(
        `POST ${repo}/check-runs`,
        access.write('checks', request => this.#create(request)),
      ),
      route(
        `PATCH ${repo}/check-runs/:id`,
        access.write('checks', request => this.#update(request)),
      ),
      route(
        `GET ${repo}/check-runs/:id`,
        access.read('checks', request => ({ status: 200, body: this.#view(this.#find(request)) })),
      ),
      route(
        `GET ${repo}/check-runs/:id/annotations`,
        access.read('checks', request => listAnswer(this.#find(request).annotations, request, shown => shown)),
      ),
      route(
        `GET ${repo}/commits/:ref/check-runs`,
        access.read('checks', request => this.#list(request)),
      ),
    ];
  }

  #create({ body }: EmulatorRequest) {
    const name = textOf(body.name);
    const sha = textOf(body.head_sha);
    if (name === undefined || sha === undefined) {
      const field = name === undefined ? 'name' : 'head_sha';
      throw invalid({ resource: 'CheckRun', field, code: 'missing_field' });
    }
    if (!this.#repository.knows(sha)) throw unprocessable(`No commit found for SHA: ${sha}`);
    const run: CheckRun = {
      id: this.#repository.nextId(),
      name,
      sha,
      suite: 1,
      status: 'queued',
      conclusion: null,
      title: null,
      summary: null,
      text: null,
      annotations: [],
      actions: [],
      detailsUrl: null,
      externalId: '',
      startedAt: now(),
      completedAt: null,
    };
    this.#apply(run, body);
    this.all.push(run);
    return { status: 201, body: this.#view(run) };
  }

  #update(request: EmulatorRequest) {
    const run = this.#find(request);
    this.#apply(run, request.body);
    return { status: 200, body: this.#view(run) };
  }

  /** @throws Refusal, and changes nothing, when a part of the body is invalid. */
  #apply(run: CheckRun, body: Record<string, unknown>): void {
    const errors = outputErrors(body);
    if (body.status === 'completed' && textOf(body.conclusion) === undefined && run.conclusion === null) {
      errors.push({ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' });
    }
    if (errors.length > 0) throw invalid(...errors);

    const output = recordOf(body.output);
    const annotations = Array.isArray(output.annotations) ? output.annotations.filter(isRecord) : [];
    run.annotations.push(...annotations.map(annotation => annotationOf(annotation, this.#blob(run, annotation))));
    run.name = textOf(body.name) ?? run.name;
    run.title = textOf(output.title) ?? run.title;
    run.summary = textOf(output.summary) ?? run.summary;
    run.text = textOf(output.text) ?? run.text;
    run.detailsUrl = textOf(body.details_url) ?? run.detailsUrl;
    run.externalId = textOf(body.external_id) ?? run.externalId;
    run.actions = Array.isArray(body.actions) ? body.actions : run.actions;
    run.startedAt = textOf(body.started_at) ?? run.startedAt;
    run.conclusion = textOf(body.conclusion) ?? run.conclusion;
    // A conclusion completes the run, whatever status came with it.
    run.status = run.conclusion === null ? (textOf(body.status) ?? run.status) : 'completed';
    if (run.status === 'completed') run.completedAt = textOf(body.completed_at) ?? run.completedAt ?? now();
  }

  /**
   * The last run of each name in each suite, unless all of them are asked for: `filter=latest` keeps one for each suite
   * (docs: GitHub REST, list check runs for a Git reference; cli/cli#6480).
   */
  #list(request: EmulatorRequest) {
    const sha = this.#repository.resolve(request.params.ref ?? '');
    if (sha === undefined) throw notFound();
    const { query } = request;
    const ofCommit = this.all.filter(run => run.sha === sha).toReversed();
    const latest = ofCommit.filter(
      (run, index) => ofCommit.findIndex(({ name, suite }) => name === run.name && suite === run.suite) === index,
    );
    const matching = (query.get('filter') === 'all' ? ofCommit : latest)
      .filter(({ name }) => name === (query.get('check_name') ?? name))
      .filter(({ status }) => status === (query.get('status') ?? status));
    const { items, headers } = pageOf(matching, request);
    const body = { total_count: matching.length, check_runs: items.map(run => this.#view(run)) };
    return { status: 200, body, headers };
  }

  #find(request: EmulatorRequest): CheckRun {
    const found = this.all.find(({ id }) => String(id) === request.params.id);
    if (found === undefined) throw notFound();
    return found;
  }

  #blob(run: CheckRun, annotation: Record<string, unknown>): string {
    return this.#repository.html(`/blob/${run.sha}/${textOf(annotation.path) ?? ''}`);
  }

  #view(run: CheckRun): object {
    const url = this.#repository.api(`/check-runs/${run.id}`);
    return {
      id: run.id,
      node_id: nodeId('CheckRun', run.id),
      name: run.name,
      head_sha: run.sha,
      external_id: run.externalId,
      url,
      html_url: this.#repository.html(`/runs/${run.id}`),
      details_url: run.detailsUrl ?? this.#repository.html(`/runs/${run.id}`),
      status: run.status,
      conclusion: run.conclusion,
      started_at: run.startedAt,
      completed_at: run.completedAt,
      output: {
        title: run.title,
        summary: run.summary,
        text: run.text,
        annotations_count: run.annotations.length,
        annotations_url: `${url}/annotations`,
      },
      check_suite: { id: run.suite },
      app: appView(),
      pull_requests: [],
    };
  }
}
