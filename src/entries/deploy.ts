import { saveState } from '@actions/core';
import { finishRelease } from '../gates/deploy/finish.ts';
import { parseForce } from '../gates/deploy/force.ts';
import { deploy } from '../gates/deploy/gate.ts';
import { finishing, parseEnd, parsePhase } from '../gates/deploy/phase.ts';
import { type Action, runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { createReleases } from '../github/deployments.ts';
import { createHistory } from '../github/history.ts';
import { actionInputs } from '../github/inputs.ts';
import { createLock } from '../github/lock.ts';
import { createTags } from '../github/tags.ts';
import { adoptRecord } from '../release/adopt-record.ts';
import { chooseServices } from '../release/services.ts';

async function release({ inputs, context, configuration, record, commit }: Action) {
  const config = await configuration();
  const token = inputs.text('github-token');
  const github = createGitHub(context, token);
  const shared = config.release['lock-repository'];
  const chosen = chooseServices(config, inputs.list('services'));
  const hasPost = context.variables.GITHUB_STATE !== undefined;
  const options = {
    ...chosen,
    commit,
    phase: parsePhase(inputs.text('phase'), chosen.services),
    isLastStep: parseEnd(inputs.text('finish')) === 'job' && !hasPost,
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
  if (hasPost) saveState('begun', 'true'); // the end of the job has something to finish
  return deploy(options, context);
}

/** Without `job`, because this is a step of it. */
async function finish({ inputs, context, configuration, record, commit }: Action) {
  const options = {
    configuration: await configuration(),
    chosen: inputs.list('services'),
    commit,
    record: record(),
    releases: createReleases(createGitHub(context, inputs.text('github-token'))),
    job: undefined,
  };
  return finishRelease(options, context);
}

const isAside = actionInputs.text('phase') === finishing;
await runAction('deploy', isAside ? finish : release, { isAside });
