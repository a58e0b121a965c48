import type { Configuration } from '../../../config/load.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { CommitFacts } from '../../../core/commit-facts.ts';
import type { GateContext } from '../../../core/context.ts';
import { alerts } from './alerts.ts';
import { approvals } from './approvals.ts';
import type { ChangeCheck } from './change-check.ts';
import { checks } from './checks.ts';
import { deployedBefore } from './deployed.ts';
import { sentry } from './sentry.ts';

const all: ChangeCheck[] = [checks, approvals, alerts, deployedBefore, sentry];

/** What must hold for the commit itself. */
export function changeChecks(config: Configuration, commit: string, facts: CommitFacts, context: GateContext): Check[] {
  const { change } = config.preflight;
  if (change === undefined) return [];
  const place = config.placeOfKey(['preflight', 'change']);
  return all
    .filter(check => check.isWanted(change))
    .map(({ name, run }) => ({
      name: `change.${name}`,
      boundary: name === 'alerts' ? 'identity' : 'delivery',
      run: async signal => {
        const asked = { change, commit, facts, context: { ...context, signal }, place };
        const { findings, detail, isUndecided } = await run(asked);
        const outcome = concludeFrom(findings, detail);
        return isUndecided ? { ...outcome, verdict: 'inconclusive' } : outcome;
      },
    }));
}
