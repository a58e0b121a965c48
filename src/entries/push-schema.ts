import { pushSchema } from '../gates/push-schema/gate.ts';
import { modeOf, targetOfInputs, targetsOfConfiguration } from '../gates/push-schema/options.ts';
import { runAction } from '../github/action.ts';

await runAction('push-schema', async ({ inputs, context, configuration, record }) => {
  const given = {
    mode: inputs.text('mode'),
    databases: inputs.list('databases'),
    migrations: inputs.text('migrations'),
    database: inputs.text('database'),
  };
  const approved = inputs.list('approve');
  const mode = modeOf(given.mode);
  const targets = given.migrations
    ? [targetOfInputs(given, context)]
    : targetsOfConfiguration(await configuration(), given, context);
  const lockWait = inputs.duration('lock-wait');
  const guards = inputs.flag('guards');
  return pushSchema({ targets, mode, approved, guards, lockWait, record: record() }, context);
});
