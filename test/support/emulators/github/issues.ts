import { type EmulatorRequest, type Route, route } from '../http.ts';
import { isRecord, textOf } from '../values.ts';
import type { Access } from './access.ts';
import { invalid, notFound } from './errors.ts';
import { commentView, issueView, labelView } from './issue-views.ts';
import { listAnswer } from './pages.ts';
import { now, type PullRequestOptions, type Repository } from './repository.ts';

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: string[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  /** A pull request is an issue too, and is listed among them. */
  pull: PullRequestOptions | undefined;
  comments: Comment[];
}

export interface Comment {
  id: number;
  issue: number;
  body: string;
  createdAt: string;
  updatedAt: string;
}

/** The longest body of an issue or a comment. */
const MAX_BODY = 65_536;

/** Issues, their comments and their labels: docs: GitHub REST, issues. */
export class Issues {
  readonly all: Issue[] = [];
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
    for (const pull of repository.options.pulls ?? []) {
      this.#add(pull.number, pull.title ?? `Pull request ${pull.number}`, null, [], pull);
    }
  }

  routes(access: Access): Route[] {
    const base = '/repos/:owner/:repo/issues';
    const either = ['issues', 'pull-requests'] as const;
    return [
      route(
        `POST ${base}`,
        access.write('issues', request => this.#create(request)),
      ),
      route(
        `GET ${base}`,
        access.read('issues', request => this.#list(request)),
      ),
      route(
        `GET ${base}/:number`,
        access.read([...either], request => ({ status: 200, body: this.#view(this.#find(request)) })),
      ),
      route(
        `PATCH ${base}/:number`,
        access.write([...either], request => this.#update(request)),
      ),
      route(
        `POST ${base}/:number/labels`,
        access.write([...either], request => {
          const issue = this.#find(request);
          issue.labels = [...new Set([...issue.labels, ...labelsOf(request.body.labels)])];
          return listAnswer(issue.labels, request, name => labelView(this.#repository, name));
        }),
      ),
      route(
        `DELETE ${base}/:number/labels/:name`,
        access.write([...either], request => {
          const issue = this.#find(request);
          if (!issue.labels.includes(request.params.name ?? '')) throw notFound();
          issue.labels = issue.labels.filter(name => name !== request.params.name);
          return listAnswer(issue.labels, request, name => labelView(this.#repository, name));
        }),
      ),
      route(
        `GET ${base}/:number/comments`,
        access.read([...either], request =>
          listAnswer(this.#find(request).comments, request, comment => commentView(this.#repository, comment)),
        ),
      ),
      route(
        `POST ${base}/:number/comments`,
        access.write([...either], request => {
          const issue = this.#find(request);
          const body = bodyOf(request, 'IssueComment');
          const at = now();
          const comment = { id: this.#repository.nextId(), issue: issue.number, body, createdAt: at, updatedAt: at };
          issue.comments.push(comment);
          return { status: 201, body: commentView(this.#repository, comment) };
        }),
      ),
      route(
        `PATCH ${base}/comments/:id`,
        access.write([...either], request => {
          const { comment } = this.#findComment(request);
          comment.body = bodyOf(request, 'IssueComment');
          comment.updatedAt = now();
          return { status: 200, body: commentView(this.#repository, comment) };
        }),
      ),
      route(
        `DELETE ${base}/comments/:id`,
        access.write([...either], request => {
          const { issue, comment } = this.#findComment(request);
          issue.comments.splice(issue.comments.indexOf(comment), 1);
          return { status: 204 };
        }),
      ),
    ];
  }

  #create(request: EmulatorRequest) {
    const title = textOf(request.body.title);
    if (title === undefined) throw invalid({ resource: 'Issue', field: 'title', code: 'missing_field' });
    const number = Math.max(0, ...this.all.map(issue => issue.number)) + 1;
    const body = request.body.body === undefined ? null : bodyOf(request, 'Issue');
    const issue = this.#add(number, title, body, labelsOf(request.body.labels), undefined);
    return { status: 201, body: this.#view(issue) };
  }

  #add(
    number: number,
    title: string,
    body: string | null,
    labels: string[],
    pull: PullRequestOptions | undefined,
  ): Issue {
    const at = now();
    const issue: Issue = {
      id: this.#repository.nextId(),
      number,
      title,
      body,
      state: pull?.state ?? 'open',
      stateReason: null,
      labels,
      createdAt: at,
      updatedAt: at,
      closedAt: pull?.state === 'closed' ? at : null,
      pull,
      comments: [],
    };
    this.all.push(issue);
    return issue;
  }

  /** Newest first; open ones unless told otherwise; with all of the labels that are named. */
  #list(request: EmulatorRequest) {
    const { query } = request;
    const state = query.get('state') ?? 'open';
    const labels = (query.get('labels') ?? '').split(',').filter(name => name !== '');
    const matching = this.all
      .filter(issue => state === 'all' || issue.state === state)
      .filter(issue => labels.every(name => issue.labels.includes(name)));
    const ordered = query.get('direction') === 'asc' ? matching : matching.toReversed();
    return listAnswer(ordered, request, issue => this.#view(issue));
  }

  #update(request: EmulatorRequest) {
    const issue = this.#find(request);
    const { body } = request;
    const state = body.state === 'open' || body.state === 'closed' ? body.state : issue.state;
    if (body.state !== undefined && body.state !== state) {
      throw invalid({ resource: 'Issue', field: 'state', code: 'invalid' });
    }
    issue.title = textOf(body.title) ?? issue.title;
    issue.body = body.body === undefined ? issue.body : bodyOf(request, 'Issue');
    issue.labels = body.labels === undefined ? issue.labels : labelsOf(body.labels);
    if (state !== issue.state) issue.closedAt = state === 'closed' ? now() : null;
    issue.stateReason = textOf(body.state_reason) ?? (state === 'closed' ? 'completed' : null);
    issue.state = state;
    issue.updatedAt = now();
    return { status: 200, body: this.#view(issue) };
  }

  #find(request: EmulatorRequest): Issue {
    const found = this.all.find(({ number }) => String(number) === request.params.number);
    if (found === undefined) throw notFound();
    return found;
  }

  #findComment(request: EmulatorRequest): { issue: Issue; comment: Comment } {
    for (const issue of this.all) {
      const comment = issue.comments.find(({ id }) => String(id) === request.params.id);
      if (comment !== undefined) return { issue, comment };
    }
    throw notFound();
  }

  #view(issue: Issue): object {
    return issueView(this.#repository, issue);
  }
}

function bodyOf(request: EmulatorRequest, resource: string): string {
  const body = textOf(request.body.body);
  if (body === undefined || body === '') throw invalid({ resource, field: 'body', code: 'missing_field' });
  if (body.length > MAX_BODY) {
    const message = `body is too long (maximum is ${MAX_BODY} characters)`;
    throw invalid({ resource, field: 'body', code: 'custom', message });
  }
  return body;
}

/** Labels are sent by name, as text or as objects; those that do not exist yet are made. */
function labelsOf(sent: unknown): string[] {
  if (!Array.isArray(sent)) return [];
  return sent.flatMap(label => textOf(label) ?? textOf(isRecord(label) ? label.name : undefined) ?? []);
}
