import type { Configuration } from '../config/load.ts';
import { hasStagedServices } from '../config/staged.ts';
import { GateError } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';
import type { Action } from '../github/action.ts';

export const recordMissing: FindingKind = {
  code: 'release/record-missing',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'A service is staged before users meet it, and this step has no record of the release. It would test the version that users meet now.',
  cause:
    'The step is in another job than the deploy and got no `record`. GitHub drops a job output that contains a masked text: each line of a secret is one, even `{`.',
  help: 'Run the gates of a staged release in one job. Or store secrets of several lines as Base64, so that the output `record` is kept.',
};

/**
 * Refuses to judge a release that is staged first without its record, which says where it is staged. A run that has no
 * release in progress may go without, such as a smoke test by schedule. Throws a GateError, also if GitHub does not say.
 * Most steps ask nobody and load no client.
 */
export async function requireStagedRecord(action: Action, config: Configuration, token: string): Promise<void> {
  const { context, commit, record } = action;
  if (!hasStagedServices(config) || Object.keys(record().services).length > 0) return;
  const [{ createGitHub }, { createReleases }] = await Promise.all([
    import('../github/api.ts'),
    import('../github/deployments.ts'),
  ]);
  const releases = createReleases(createGitHub(context, token));
  if ((await releases.unfinished(config.environment, commit)).length === 0) return;
  const message = `This run is releasing ${commit.slice(0, 7)} in stages, and the record of that release did not reach this step.`;
  throw new GateError([found(recordMissing, { message })]);
}
