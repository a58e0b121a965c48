import { pushSchema } from '../gates/push-schema/gate.ts';
import { modeOf, targetOfInputs, targetsOfConfiguration } from '../gates/push-schema/options.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { environmentApproval } from '../github/environment-approval.ts';

await runAction('push-schema', async ({ inputs, context, configuration, record }) => {
  const given = {
    mode: inputs.text('mode'),
    databases: inputs.list('databases'),
    migrations: inputs.text('migrations'),
    database: inputs.text('database'),
  };
  const approved = inputs.list('approve');
  const mode = modeOf(given.mode);
  const config = given.migrations ? undefined : await configuration();
  const targets = config ? targetsOfConfiguration(config, given, context) : [targetOfInputs(given, context)];
  const lockWait = inputs.duration('lock-wait');
  const guards = inputs.flag('guards');
  const approval = () => {
    const github = createGitHub(context, inputs.text('github-token'));
    return environmentApproval(github, context.variables.GITHUB_RUN_ID, config?.environment ?? '');
  };
  return pushSchema(
    { targets, mode, approved, guards, lockWait, environmentApproval: approval, record: record() },
    context,
  );
});
