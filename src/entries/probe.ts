import { probe } from '../gates/probe/gate.ts';
import { targetOfInputs, targetsOfConfiguration } from '../gates/probe/options.ts';
import { runAction } from '../github/action.ts';

await runAction('probe', async ({ inputs, context, configuration }) => {
  const given = {
    url: inputs.text('url'),
    status: inputs.integer('status'),
    timeout: inputs.duration('timeout'),
    deadline: inputs.duration('deadline'),
    consecutive: inputs.integer('consecutive'),
    services: inputs.list('services'),
  };
  const targets = given.url ? [targetOfInputs(given)] : targetsOfConfiguration(await configuration(), given, context);
  return probe(targets, context);
});
