import { listChannels } from '../channels/list.ts';
import { cancelChoices } from '../gates/rollback/cancelled.ts';
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
  const isCancelled = inputs.text('job-status') === 'cancelled';
  // A deploy that was killed left no services in the record of the job; GitHub knows what it released.
  const isKnown = isCancelled ? Object.keys(soFar.services).length > 0 : hasBegun(soFar);
  const onCancel = side.choice('on-cancel', cancelChoices);
  const options = {
    ...chooseServices(config, inputs.list('services')),
    environment,
    // After gates that only looked, such as a probe, the release to undo is the newest on GitHub.
    record: inputs.text('record') !== '' || isKnown ? soFar : undefined,
    empty: soFar,
    target: inputs.text('target'),
    reason: inputs.text('reason') || (isCancelled ? 'The run was cancelled before the release was verified.' : ''),
    cancelled: isCancelled ? onCancel : undefined,
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
