import { deploy } from '../gates/deploy/gate.ts';
import { servicesOf } from '../gates/deploy/options.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { releasesOnGitHub } from '../github/deployments.ts';

await runAction('deploy', async ({ inputs, context, configuration, record, commit }) => {
  const config = await configuration();
  const releases = releasesOnGitHub(createGitHub(context, inputs.text('github-token')));
  const release = { ...record(), environment: config.environment };
  return deploy({ ...servicesOf(config, inputs.list('services')), commit, record: release, releases }, context);
});
