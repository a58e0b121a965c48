import { finishRelease } from '../gates/deploy/finish.ts';
import { parseEnd } from '../gates/deploy/phase.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { createReleases } from '../github/deployments.ts';

/** Runs at the end of the job, whatever became of it (`runs.post`). A deploy that never began left nothing to finish. */
if (process.env.STATE_begun === undefined) process.exit(0);

await runAction(
  'deploy',
  async ({ inputs, context, configuration, record, commit }) => {
    const options = {
      configuration: await configuration(),
      chosen: inputs.list('services'),
      commit,
      record: record(),
      releases: createReleases(createGitHub(context, inputs.text('github-token'))),
      job: { status: inputs.text('job-status'), end: parseEnd(inputs.text('finish')) },
    };
    return finishRelease(options, context);
  },
  { isAside: true },
);
