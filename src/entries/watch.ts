import { listSignals, watch } from '../gates/watch/gate.ts';
import { planSignals } from '../gates/watch/plan.ts';
import { findReleaseTime } from '../gates/watch/release-time.ts';
import { runAction } from '../github/action.ts';

await runAction('watch', async ({ inputs, context, configuration, record }) => {
  const config = await configuration();
  const request = {
    services: inputs.list('services'),
    longest: inputs.duration('for'),
    releasedAt: findReleaseTime(record()) ?? context.clock.now(),
  };
  const signals = await planSignals(config, request, context);
  if (inputs.flag('dry-run')) return listSignals(signals, context);
  return watch({ signals, alpha: 0.001, atLeast: inputs.duration('at-least') ?? 0 }, context);
});
