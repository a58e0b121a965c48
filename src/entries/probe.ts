import { describeStaged, useStagedAddresses } from '../config/staged.ts';
import { keepHeapTight } from '../core/small-heap.ts';
import { probe } from '../gates/probe/gate.ts';
import { planTargetFromInputs } from '../gates/probe/inputs.ts';
import { runAction } from '../github/action.ts';
import { addReleased, planTargets } from '../readiness/targets.ts';
import { requireStagedRecord } from '../release/missing-record.ts';

keepHeapTight();
await runAction('probe', async action => {
  const { inputs, context, configuration, record } = action;
  const given = {
    url: inputs.text('url'),
    status: inputs.integer('status'),
    timeout: inputs.duration('timeout'),
    deadline: inputs.duration('deadline'),
    consecutive: inputs.integer('consecutive'),
    for: inputs.duration('for'),
  };
  if (given.url) return probe([planTargetFromInputs(given, context)], context);
  const config = await configuration();
  await requireStagedRecord(action, config, inputs.text('github-token'));
  const { services } = record();
  const staged = describeStaged(services);
  if (staged) context.log.info(staged);
  const targets = planTargets(useStagedAddresses(config, services), inputs.list('services'), context);
  return probe(addReleased(targets, services), context);
});
