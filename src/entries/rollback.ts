import { listChannels } from '../channels/list.ts';
import { rollback } from '../gates/rollback/gate.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { createReleases } from '../github/deployments.ts';
import { createIncidents } from '../github/incidents.ts';
import { SideInputs } from '../github/inputs.ts';
import { createLock } from '../github/lock.ts';
import { adoptRecord, hasBegun } from '../release/adopt-record.ts';
import { chooseServices } from '../release/services.ts';

await runAction('rollback', async ({ inputs, context, configuration, record }) => {
  const config = await configuration();
  const { environment } = config;
  const token = inputs.text('github-token');
  const github = createGitHub(context, token);
  const shared = config.release['lock-repository'];
  const side = new SideInputs(inputs);
  const soFar = adoptRecord(environment, record());
  const options = {
    ...chooseServices(config, inputs.list('services')),
    environment,
    // After gates that only looked, such as a probe, the release to undo is the newest on GitHub.
    record: inputs.text('record') !== '' || hasBegun(soFar) ? soFar : undefined,
    empty: soFar,
    target: inputs.text('target'),
    reason: inputs.text('reason'),
    configured: Object.keys(config.services),
    despiteMigrations: inputs.list('despite-migrations'),
    holdAutoDeploys: side.flag('hold-auto-deploys', true),
    dryRun: inputs.flag('dry-run'),
    measuring: side.flag('measure-downtime', false) ? { allowed: side.duration('allowed-downtime') } : undefined,
    releases: createReleases(github),
    lock: shared ? createLock(createGitHub(context, token, shared), shared, environment) : undefined,
    channels: listChannels({ incidents: side.flag('incident-issue', true) ? createIncidents(github) : undefined }),
    loadConfiguration: configuration,
    ignoredInputs: side.ignored,
  };
  return rollback(options, context);
});
