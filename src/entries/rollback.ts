import { emptyRecord } from '../core/record.ts';
import { rollback } from '../gates/rollback/gate.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { releasesOnGitHub } from '../github/deployments.ts';
import { incidentsOnGitHub } from '../github/incidents.ts';
import { lockOnGitHub } from '../github/lock.ts';
import { recordFor } from '../release/record.ts';
import { chooseServices } from '../release/services.ts';

await runAction('rollback', async ({ inputs, context, configuration, record, commit }) => {
  const config = await configuration();
  const { environment } = config;
  const token = inputs.text('github-token');
  const github = createGitHub(context, token);
  const shared = config.release['lock-repository'];
  const options = {
    ...chooseServices(config, inputs.list('services')),
    environment,
    record: inputs.text('record') === '' ? undefined : recordFor(environment, record()),
    empty: emptyRecord(environment, commit),
    target: inputs.text('target'),
    reason: inputs.text('reason'),
    configured: Object.keys(config.services),
    despiteMigrations: inputs.list('despite-migrations'),
    holdAutoDeploys: inputs.flag('hold-auto-deploys'),
    dryRun: inputs.flag('dry-run'),
    measuring: inputs.flag('measure-downtime') ? { allowed: inputs.duration('allowed-downtime') } : undefined,
    releases: releasesOnGitHub(github),
    lock: shared ? lockOnGitHub(createGitHub(context, token, shared), shared, environment) : undefined,
    incidents: inputs.flag('incident-issue') ? incidentsOnGitHub(github) : undefined,
    configurationOf: configuration,
  };
  return rollback(options, context);
});
