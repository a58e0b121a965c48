import { atStagedAddresses, stagedInWords } from '../config/staged.ts';
import { keepHeapTight } from '../core/small-heap.ts';
import { probe } from '../gates/probe/gate.ts';
import { targetOfInputs } from '../gates/probe/inputs.ts';
import { runAction } from '../github/action.ts';
import { targetsOfConfiguration, withReleased } from '../readiness/targets.ts';

keepHeapTight();
await runAction('probe', async ({ inputs, context, configuration, record }) => {
  const given = {
    url: inputs.text('url'),
    status: inputs.integer('status'),
    timeout: inputs.duration('timeout'),
    deadline: inputs.duration('deadline'),
    consecutive: inputs.integer('consecutive'),
    for: inputs.duration('for'),
  };
  if (given.url) return probe([targetOfInputs(given, context)], context);
  const { services } = record();
  const staged = stagedInWords(services);
  if (staged) context.log.info(staged);
  const targets = targetsOfConfiguration(
    atStagedAddresses(await configuration(), services),
    inputs.list('services'),
    context,
  );
  return probe(withReleased(targets, services), context);
});
