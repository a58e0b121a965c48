import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { notFound } from './errors.ts';
import { userView } from './views.ts';

export interface EnvironmentReview {
  user: string;
  environment: string;
  state: 'approved' | 'rejected';
}

/** `environment-approvals`. */
function environmentApproval({ user, environment, state }: EnvironmentReview): object {
  return { state, comment: '', environments: [{ id: 1, name: environment }], user: userView(user) };
}

export interface WorkflowRun {
  id: number;
  workflow: number;
  sha: string;
  suite: number;
}

/** The states of workflow runs, as far as they tell whether one goes on: docs: GitHub REST, workflow runs. */
export class Runs {
  /** By id: `in_progress`, `queued`, `waiting` or `completed`. A run that is not here is not known. */
  readonly statuses = new Map<string, string>();
  /** Who let a run into its environments or not, by the id of the run. */
  readonly reviews = new Map<string, EnvironmentReview[]>();

  /** Runs that GitHub lists by their commit. */
  readonly ofCommits: WorkflowRun[] = [];

  routes(access: Access): Route[] {
    return [
      route(
        'GET /repos/:owner/:repo/actions/runs',
        access.read('actions', ({ query }) => {
          const runs = this.ofCommits.filter(({ sha }) => sha === query.get('head_sha'));
          const workflow_runs = runs.map(({ id, workflow, sha, suite }) => ({
            id,
            workflow_id: workflow,
            head_sha: sha,
            check_suite_id: suite,
          }));
          return { status: 200, body: { total_count: runs.length, workflow_runs } };
        }),
      ),
      route(
        'GET /repos/:owner/:repo/actions/runs/:id',
        access.read('actions', ({ params }) => {
          const status = this.statuses.get(params.id ?? '');
          if (status === undefined) throw notFound();
          return { status: 200, body: { id: Number(params.id), status, conclusion: null } };
        }),
      ),
      route(
        'GET /repos/:owner/:repo/actions/runs/:id/approvals',
        access.read('actions', ({ params }) => {
          const reviews = this.reviews.get(params.id ?? '') ?? [];
          return { status: 200, body: reviews.map(environmentApproval) };
        }),
      ),
    ];
  }
}
