import type { Check } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { asWarning } from './as-warning.ts';
import { quorumOf } from './group.ts';
import { proberOf } from './probers/index.ts';
import type { Target } from './targets.ts';
import { waitUntilReady } from './wait.ts';

/** Milliseconds beyond the deadline until a check that hangs is given up from outside. */
const leeway = 5000;

/** Asks until the answers have been good for long enough, or the deadline is over; then the last answers tell why. */
export function readiness(target: Target, context: GateContext): Check {
  const { probe } = target;
  if ('any-of' in probe) return quorumOf({ ...target, probe }, context, readiness);
  return {
    name: target.name,
    boundary: probe.boundary,
    deadline: probe.deadline + probe.timeout * 2 + leeway,
    run: async signal => {
      const outcome = await waitUntilReady({ ...target, probe }, proberOf({ ...target, probe }), {
        ...context,
        signal,
      });
      return probe.severity === 'warning' ? asWarning(outcome) : outcome;
    },
  };
}
