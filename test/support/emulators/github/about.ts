import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import type { Repository } from './repository.ts';
import { repositoryView } from './views.ts';

/**
 * What GitHub tells of the repository itself: docs: GitHub REST, get a repository. Every token that reaches it may ask.
 */
export class About {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  routes(_access: Access): Route[] {
    return [route('GET /repos/:owner/:repo', () => ({ status: 200, body: repositoryView(this.#repository) }))];
  }
}
