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
  meaning: 'Another release of this environment is under way, so this one did not begin and nothing was changed.',
  cause: 'Two runs at once, of one workflow or of two, or a run that waits for an approval half-way.',
  help: 'Wait until the other run has ended or cancel it, then run this one again; or let it wait for longer with `lock-timeout`.',
};

/** How often it is asked whether the other release has ended; milliseconds. */
const pause = 10_000;

/**
 * Waits for the release of another run to end. Returns a check that says who holds the environment, when it does not.
 */
export async function waitForTurn(
  lock: Lock,
  deadline: number,
  context: GateContext,
): Promise<CheckResult | undefined> {
  const { clock, signal, log } = context;
  let waitingFor = '';
  for (;;) {
    const other = await lock.holder();
    if (other === undefined) return undefined;
    if (clock.now() + pause > deadline) return lockedBy(other, context);
    if (other.id !== waitingFor) log.info(`Waiting for another release to end: ${describeHolder(other)}.`);
    waitingFor = other.id;
    await clock.sleep(pause, signal);
  }
}

function lockedBy(other: UnderWay, context: GateContext): CheckResult {
  const message = `The environment is held by another release: ${describeHolder(other)}.`;
  return reportOutcome('turn', { verdict: 'error', findings: [found(locked, { message })] }, context);
}

export function describeHolder({ commit, run, since }: UnderWay): string {
  const age = formatDuration(Math.max(0, Date.now() - since));
  return `the commit ${commit.slice(0, 7)}, since ${age}${run ? `, by ${run}` : ''}`;
}
