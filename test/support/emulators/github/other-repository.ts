import type { Route } from '../http.ts';
import { About } from './about.ts';
import { Access, type Permissions } from './access.ts';
import { Checks } from './checks.ts';
import { Deployments } from './deployments.ts';
import { Repository, type RepositoryOptions } from './repository.ts';
import { Runs } from './runs.ts';
import { Statuses } from './statuses.ts';

export interface OtherRepositoryOptions extends RepositoryOptions {
  /** What the token may do there. Default: everything. With it, nothing else. */
  permissions?: Permissions;
}

/** A repository beside that of the run: its deployments and the states of its runs. */
export class OtherRepository {
  readonly repository: Repository;
  readonly deployments: Deployments;
  readonly runs = new Runs();
  readonly #access: Access;

  constructor(options: OtherRepositoryOptions, token: string) {
    this.repository = new Repository(options);
    this.deployments = new Deployments(this.repository, new Statuses(this.repository), new Checks(this.repository));
    this.#access = new Access(token, options.permissions);
  }

  routes(): Route[] {
    const { owner, name } = this.repository;
    const parts = [new About(this.repository), this.deployments, this.runs];
    return parts
      .flatMap(part => part.routes(this.#access))
      .map(route => ({ ...route, segments: ['repos', owner, name, ...route.segments.slice(3)] }));
  }
}
