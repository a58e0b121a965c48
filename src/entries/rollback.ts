import { emptyRecord } from '../core/record.ts';
import { servicesOf } from '../gates/deploy/options.ts';
import { rollback } from '../gates/rollback/gate.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { releasesOnGitHub } from '../github/deployments.ts';

await runAction('rollback', async ({ inputs, context, configuration, record, commit }) => {
  const config = await configuration();
  const { environment } = config;
  const options = {
    ...servicesOf(config, inputs.list('services')),
    environment,
    record: inputs.text('record') === '' ? undefined : record(),
    empty: emptyRecord(environment, commit),
    target: inputs.text('target'),
    reason: inputs.text('reason'),
    dryRun: inputs.flag('dry-run'),
    releases: releasesOnGitHub(createGitHub(context, inputs.text('github-token'))),
    configurationOf: configuration,
  };
  return rollback(options, context);
});
