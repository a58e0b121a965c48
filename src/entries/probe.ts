import { atStagedAddresses, stagedInWords } from '../config/staged.ts';
import { keepHeapTight } from '../core/small-heap.ts';
import { probe } from '../gates/probe/gate.ts';
import { targetOfInputs, targetsOfConfiguration, withReleased } from '../gates/probe/options.ts';
import { runAction } from '../github/action.ts';

keepHeapTight();
await runAction('probe', async ({ inputs, context, configuration, record }) => {
  const given = {
    url: inputs.text('url'),
    status: inputs.integer('status'),
    timeout: inputs.duration('timeout'),
    deadline: inputs.duration('deadline'),
    consecutive: inputs.integer('consecutive'),
    for: inputs.duration('for'),
    services: inputs.list('services'),
  };
  if (given.url) return probe([targetOfInputs(given, context)], context);
  const { services } = record();
  const staged = stagedInWords(services);
  if (staged) context.log.info(staged);
  const targets = targetsOfConfiguration(atStagedAddresses(await configuration(), services), given, context);
  return probe(withReleased(targets, services), context);
});
