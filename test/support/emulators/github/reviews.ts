import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { listAnswer } from './pages.ts';
import { nodeId, type Repository } from './repository.ts';
import { userView } from './views.ts';

export interface Review {
  /** The number of the pull request. */
  pull: number;
  user: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  /** The commit that was looked at. */
  sha: string;
}

/** Reviews of pull requests, the oldest first: docs: GitHub REST, pull request reviews. */
export class Reviews {
  readonly all: Review[] = [];
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  routes(access: Access): Route[] {
    return [
      route(
        'GET /repos/:owner/:repo/pulls/:number/reviews',
        access.read('pull-requests', request => {
          const own = this.all.filter(({ pull }) => String(pull) === request.params.number);
          return listAnswer(own, request, review => this.#view(review));
        }),
      ),
    ];
  }

  /** `pull-request-review`. */
  #view(review: Review): object {
    const id = this.all.indexOf(review) + 1;
    const pullUrl = this.#repository.api(`/pulls/${review.pull}`);
    const htmlUrl = this.#repository.html(`/pull/${review.pull}#pullrequestreview-${id}`);
    return {
      id,
      node_id: nodeId('PullRequestReview', id),
      user: userView(review.user),
      body: '',
      state: review.state,
      html_url: htmlUrl,
      pull_request_url: pullUrl,
      _links: { html: { href: htmlUrl }, pull_request: { href: pullUrl } },
      submitted_at: this.#repository.createdAt,
      commit_id: review.sha,
      // A job token does not see who is a private member of the organization (community discussion 18690).
      author_association: 'CONTRIBUTOR',
    };
  }
}
