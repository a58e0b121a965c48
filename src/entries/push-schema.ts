import { pushSchema } from '../gates/push-schema/gate.ts';
import { judgeOffline } from '../gates/push-schema/offline/gate.ts';
import { parseMode } from '../gates/push-schema/options.ts';
import { readInputSource, readSources } from '../gates/push-schema/source.ts';
import { readTargets } from '../gates/push-schema/target.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { askForChanges } from '../github/changed-files.ts';
import { findEnvironmentApproval } from '../github/environment-approval.ts';

await runAction('push-schema', async ({ inputs, context, configuration, record }) => {
  const given = {
    databases: inputs.list('databases'),
    migrations: inputs.text('migrations'),
    database: inputs.text('database'),
  };
  const approved = inputs.list('approve');
  const mode = parseMode(inputs.text('mode'));
  const config = given.migrations ? undefined : await configuration();
  const sources = config ? readSources(config, given) : [readInputSource(given, context)];
  const lockWait = inputs.duration('lock-wait');
  const guards = inputs.flag('guards');
  const github = createGitHub(context, inputs.text('github-token'));
  if (mode === 'judge') {
    const changes = askForChanges(github, context.variables);
    return judgeOffline({ sources, guards, approved, changes, record: record() }, context);
  }
  const targets = readTargets(sources, context);
  const approval = () => findEnvironmentApproval(github, context.variables.GITHUB_RUN_ID, config?.environment ?? '');
  return pushSchema(
    { targets, mode, approved, guards, lockWait, environmentApproval: approval, record: record() },
    context,
  );
});
