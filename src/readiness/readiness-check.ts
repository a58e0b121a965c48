import type { Check } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { downgrade } from './as-warning.ts';
import { checkQuorum } from './group.ts';
import { chooseProber } from './probers/index.ts';
import type { Target } from './targets.ts';
import { waitUntilReady } from './wait.ts';

/** Milliseconds past the deadline after which a hanging check is abandoned. */
const leeway = 5000;

/** The check that a target becomes ready before its deadline. */
export function checkReadiness(target: Target, context: GateContext): Check {
  const { probe } = target;
  if ('any-of' in probe) return checkQuorum({ ...target, probe }, context, checkReadiness);
  return {
    name: target.name,
    boundary: probe.boundary,
    deadline: probe.deadline + probe.for + probe.timeout * 2 + leeway,
    run: async signal => {
      const prober = chooseProber({ ...target, probe });
      try {
        const outcome = await waitUntilReady({ ...target, probe }, prober, { ...context, signal });
        return probe.severity === 'warning' ? downgrade(outcome) : outcome;
      } finally {
        prober.close?.();
      }
    },
  };
}
