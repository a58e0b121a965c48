import type { GitHub } from './api.ts';

/**
 * The reviewers who approved this run for its GitHub environment, as part of a sentence: `ada for production`. Undefined
 * if nobody did, such as for an environment without required reviewers. If `environment` is not empty, only its own
 * approvals count.
 * docs: GitHub REST, workflow runs, get the review history for a workflow run.
 */
export async function findEnvironmentApproval(
  github: GitHub,
  runId: string | undefined,
  environment: string,
): Promise<string | undefined> {
  const reviews = await github.call({
    what: 'the approvals of this run',
    permission: 'actions: read',
    send: (rest, at) => rest.actions.getReviewsForRun({ ...at, run_id: Number(runId) }),
  });
  const counts = (name = '') => environment === '' || name.toLowerCase() === environment.toLowerCase();
  const approvals = reviews.flatMap(({ state, user, environments }) =>
    state === 'approved'
      ? environments.filter(({ name }) => counts(name)).map(({ name }) => `${user.login} for ${name}`)
      : [],
  );
  return approvals.length === 0 ? undefined : [...new Set(approvals)].join(', ');
}
