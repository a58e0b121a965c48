import { type EmulatorRequest, type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { notFound, unprocessable } from './errors.ts';
import { labelView } from './issue-views.ts';
import type { Issue, Issues } from './issues.ts';
import { listAnswer } from './pages.ts';
import { DEFAULT_BRANCH, nodeId, type PullRequestOptions, type Repository } from './repository.ts';
import { repositoryView, userView } from './views.ts';

/** Pull requests and the commits they are about: docs: GitHub REST, pulls and commits. */
export class Pulls {
  readonly #repository: Repository;
  readonly #issues: Issues;

  constructor(repository: Repository, issues: Issues) {
    this.#repository = repository;
    this.#issues = issues;
  }

  routes(access: Access): Route[] {
    const repo = '/repos/:owner/:repo';
    return [
      // GitHub lets every token read the repository's own metadata.
      route(`GET ${repo}`, () => ({ status: 200, body: repositoryView(this.#repository) })),
      route(
        `GET ${repo}/pulls`,
        access.read('pull-requests', request => this.#list(request)),
      ),
      route(
        `GET ${repo}/pulls/:number`,
        access.read('pull-requests', request => {
          const found = this.#pulls().find(({ pull }) => String(pull.number) === request.params.number);
          if (found === undefined) throw notFound();
          return { status: 200, body: { ...this.#view(found), ...this.#details(found) } };
        }),
      ),
      route(
        `GET ${repo}/commits/:ref/pulls`,
        access.read('pull-requests', request => {
          const { ref } = request.params;
          const about = this.#pulls().filter(({ pull }) => pull.sha === ref || pull.mergeCommit === ref);
          return listAnswer(about, request, found => this.#view(found));
        }),
      ),
      route(
        `GET ${repo}/commits/*ref`,
        access.read('contents', request => {
          const { ref = '' } = request.params;
          const sha = this.#repository.resolve(ref);
          if (sha === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
          return { status: 200, body: this.#commitView(sha) };
        }),
      ),
    ];
  }

  #pulls(): { issue: Issue; pull: PullRequestOptions }[] {
    return this.#issues.all.flatMap(issue => (issue.pull === undefined ? [] : [{ issue, pull: issue.pull }]));
  }

  /** `head` is `owner:branch`; GitHub ignores it without the owner. */
  #list(request: EmulatorRequest) {
    const { query } = request;
    const state = query.get('state') ?? 'open';
    const head = query.get('head');
    const matching = this.#pulls()
      .filter(({ issue }) => state === 'all' || issue.state === state)
      .filter(({ pull }) => (pull.base ?? DEFAULT_BRANCH) === (query.get('base') ?? pull.base ?? DEFAULT_BRANCH))
      .filter(({ pull }) => !head?.includes(':') || head === `${this.#ownerOf(pull)}:${pull.head}`);
    return listAnswer(matching.toReversed(), request, found => this.#view(found));
  }

  #ownerOf(pull: PullRequestOptions): string {
    return pull.fork ?? this.#repository.owner;
  }

  /** `pull-request-simple`. */
  #view({ issue, pull }: { issue: Issue; pull: PullRequestOptions }): object {
    const repository = this.#repository;
    const url = repository.api(`/pulls/${pull.number}`);
    const issueUrl = repository.api(`/issues/${pull.number}`);
    const html = repository.html(`/pull/${pull.number}`);
    const statuses = repository.api(`/statuses/${pull.sha}`);
    const side = (owner: string, ref: string, sha: string) => ({
      label: `${owner}:${ref}`,
      ref,
      sha,
      user: userView(owner),
      repo: repositoryView(repository, owner),
    });
    const base = pull.base ?? DEFAULT_BRANCH;
    return {
      id: issue.id,
      node_id: nodeId('PullRequest', issue.id),
      url,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      issue_url: issueUrl,
      commits_url: `${url}/commits`,
      review_comments_url: `${url}/comments`,
      review_comment_url: `${url}/comments{/number}`,
      comments_url: `${issueUrl}/comments`,
      statuses_url: statuses,
      number: pull.number,
      state: issue.state,
      locked: false,
      title: issue.title,
      user: userView(this.#ownerOf(pull)),
      body: issue.body,
      labels: issue.labels.map(name => labelView(repository, name)),
      milestone: null,
      assignee: null,
      assignees: [],
      requested_reviewers: [],
      requested_teams: [],
      created_at: issue.createdAt,
      updated_at: issue.updatedAt,
      closed_at: issue.closedAt,
      merged_at: pull.merged === true ? issue.updatedAt : null,
      merge_commit_sha: pull.mergeCommit ?? null,
      draft: false,
      head: side(this.#ownerOf(pull), pull.head, pull.sha),
      base: side(repository.owner, base, repository.resolve(base) ?? ''),
      author_association: 'CONTRIBUTOR',
      auto_merge: null,
      _links: {
        self: { href: url },
        html: { href: html },
        issue: { href: issueUrl },
        comments: { href: `${issueUrl}/comments` },
        review_comments: { href: `${url}/comments` },
        review_comment: { href: `${url}/comments{/number}` },
        commits: { href: `${url}/commits` },
        statuses: { href: statuses },
      },
    };
  }

  /** What `pull-request` has and `pull-request-simple` has not. */
  #details({ issue, pull }: { issue: Issue; pull: PullRequestOptions }): object {
    return {
      merged: pull.merged === true,
      mergeable: true,
      mergeable_state: 'clean',
      rebaseable: true,
      merged_by: null,
      comments: issue.comments.length,
      review_comments: 0,
      maintainer_can_modify: false,
      commits: 1,
      additions: 1,
      deletions: 0,
      changed_files: 1,
    };
  }

  /** `commit`. */
  #commitView(sha: string): object {
    const author = { name: 'Developer', email: 'developer@example.com', date: this.#repository.createdAt };
    const url = this.#repository.api(`/commits/${sha}`);
    return {
      sha,
      node_id: nodeId('Commit', sha),
      url,
      html_url: this.#repository.html(`/commit/${sha}`),
      comments_url: `${url}/comments`,
      commit: {
        url: this.#repository.api(`/git/commits/${sha}`),
        message: `Commit ${sha.slice(0, 7)}`,
        author,
        committer: author,
        comment_count: 0,
        tree: { sha, url: this.#repository.api(`/git/trees/${sha}`) },
      },
      author: userView('developer'),
      committer: userView('developer'),
      parents: [],
    };
  }
}
