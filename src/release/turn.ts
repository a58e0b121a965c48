import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { formatDuration } from '../core/duration.ts';
import { type FindingKind, found } from '../core/finding.ts';
import type { Lock } from '../core/lock.ts';
import type { UnderWay } from '../core/releases.ts';
import { reportOutcome } from '../core/run-to-end.ts';

export const locked: FindingKind = {
  code: 'deploy/locked',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Another release of this environment is in progress, so this release did not start. Nothing was changed.',
  cause: 'Two runs release at the same time, or a run waits for an approval in the middle of its release.',
  help: 'Wait until the other run ends, or cancel it, then run this one again. To wait longer, raise `lock-timeout`.',
};

/** Milliseconds between two looks at whether the other release has ended: a tenth of the time waited, within these. */
const shortestPause = 10_000;
const longestPause = 60_000;

/** Waits for the release of another run to end. If it does not, returns a check that says who holds the environment. */
export async function waitForTurn(
  lock: Lock,
  deadline: number,
  context: GateContext,
): Promise<CheckResult | undefined> {
  const { clock, signal, log } = context;
  const started = clock.now();
  let waitingFor = '';
  for (;;) {
    const other = await lock.holder();
    if (other === undefined) return undefined;
    const pause = Math.min(longestPause, Math.max(shortestPause, (clock.now() - started) / 10));
    if (clock.now() + pause > deadline) return reportLocked(other, context);
    if (other.id !== waitingFor) log.info(`Waiting for another release to end: ${describeHolder(other)}.`);
    waitingFor = other.id;
    await clock.sleep(pause, signal);
  }
}

function reportLocked(other: UnderWay, context: GateContext): CheckResult {
  const message = `Another release holds the environment: ${describeHolder(other)}.`;
  return reportOutcome('turn', { verdict: 'error', findings: [found(locked, { message })] }, context);
}

/** Half a sentence about a release in progress: its commit, its age and its run. */
export function describeHolder({ commit, run, since }: UnderWay): string {
  const age = formatDuration(Math.max(0, Date.now() - since));
  return `the commit ${commit.slice(0, 7)}, started ${age} ago${run ? `, by ${run}` : ''}`;
}
