import { parseForce } from '../gates/deploy/force.ts';
import { deploy } from '../gates/deploy/gate.ts';
import { parsePhase } from '../gates/deploy/phase.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { createReleases } from '../github/deployments.ts';
import { createHistory } from '../github/history.ts';
import { createLock } from '../github/lock.ts';
import { createTags } from '../github/tags.ts';
import { adoptRecord } from '../release/adopt-record.ts';
import { chooseServices } from '../release/services.ts';

await runAction('deploy', async ({ inputs, context, configuration, record, commit }) => {
  const config = await configuration();
  const token = inputs.text('github-token');
  const github = createGitHub(context, token);
  const shared = config.release['lock-repository'];
  const chosen = chooseServices(config, inputs.list('services'));
  const options = {
    ...chosen,
    commit,
    phase: parsePhase(inputs.text('phase'), chosen.services),
    configuration: config,
    record: adoptRecord(config.environment, record()),
    releases: createReleases(github),
    history: createHistory(github),
    again: parseForce(inputs.text('force'), chosen.services),
    allowOlder: inputs.flag('allow-older'),
    lock: shared ? createLock(createGitHub(context, token, shared), shared, config.environment) : undefined,
    lockTimeout: inputs.duration('lock-timeout') ?? 0,
    tagging: { tags: createTags(github), prefix: inputs.text('tag-prefix') },
    dryRun: inputs.flag('dry-run'),
    resumeAutoDeploys: inputs.flag('resume-auto-deploys'),
    measuring: inputs.flag('measure-downtime') ? { allowed: inputs.duration('allowed-downtime') } : undefined,
  };
  return deploy(options, context);
});
