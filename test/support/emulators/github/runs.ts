import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { notFound } from './errors.ts';

/** The states of workflow runs, as far as they tell whether one goes on: docs: GitHub REST, workflow runs. */
export class Runs {
  /** By id: `in_progress`, `queued`, `waiting` or `completed`. A run that is not here is not known. */
  readonly statuses = new Map<string, string>();

  routes(access: Access): Route[] {
    return [
      route(
        'GET /repos/:owner/:repo/actions/runs/:id',
        access.read('actions', ({ params }) => {
          const status = this.statuses.get(params.id ?? '');
          if (status === undefined) throw notFound();
          return { status: 200, body: { id: Number(params.id), status, conclusion: null } };
        }),
      ),
    ];
  }
}
