import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { PastRelease } from '../../core/releases.ts';

export const keptUnverified: FindingKind = {
  code: 'rollback/kept-unverified',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The run was cancelled before every gate had passed, so users meet a release that nobody verified.',
  cause: 'Someone cancelled the run, a newer run replaced it, or the job reached its timeout-minutes.',
  help: 'Run the workflow again to verify the release, or roll it back. With `on-cancel: rollback`, it goes back by itself.',
};

export const outOfTime: FindingKind = {
  code: 'rollback/out-of-time',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'GitHub ends a cancelled job after five minutes, so the rollback stopped before it was done.',
  cause: 'A platform takes longer than that to go back, such as one that builds the old version again.',
  help: 'Run the rollback by hand: it continues from what is live now.',
};

/** What becomes of a release whose run is cancelled before it is verified; the first is the default. */
export const cancelChoices = ['rollback', 'keep'] as const;
export type OnCancel = (typeof cancelChoices)[number];

/**
 * How long a rollback in a cancelled job may take. GitHub ends the job after five minutes (docs: GitHub Actions,
 * "Workflow cancellation reference"). The last one is for people to be told; milliseconds.
 */
const longest = 4 * 60_000;

/** The context of work that ends before GitHub ends a cancelled job. Call `stop` when the work is done. */
export function limitTime(context: GateContext): { limited: GateContext; stop(): void } {
  const done = new AbortController();
  const late = new AbortController();
  const message = 'The rollback was not done after four of the five minutes that a cancelled job has.';
  const expire = () => late.abort(new GateError([found(outOfTime, { message })]));
  void context.clock.sleep(longest, done.signal).then(expire, () => {});
  return {
    limited: { ...context, signal: AbortSignal.any([context.signal, late.signal]) },
    stop: () => done.abort(),
  };
}

/** Whether a gate said, before the run was cancelled, that the release is bad. */
export function isKnownToBeBad({ gates }: ReleaseRecord): boolean {
  return gates.some(({ verdict }) => verdict === 'failed');
}

/** Whether every gate had passed before the run was cancelled, so that the release stays. */
export async function isVerified(
  { findReleases }: { findReleases(): Promise<PastRelease[]> },
  stands: (release: PastRelease) => Promise<boolean>,
): Promise<boolean> {
  try {
    const releases = await findReleases();
    const all = await Promise.all(releases.map(stands));
    return all.length > 0 && all.every(Boolean);
  } catch (error) {
    if (error instanceof GateError) return false; // without GitHub, nothing says that it was
    throw error;
  }
}
