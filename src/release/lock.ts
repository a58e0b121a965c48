import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { explainError } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';
import type { Lock } from '../core/lock.ts';
import { reportOutcome } from '../core/run-to-end.ts';
import type { Recording } from './recording.ts';

export const notFreed: FindingKind = {
  code: 'deploy/lock-not-freed',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release has ended, and other repositories still see the environment as held until this run has ended.',
  cause: 'An API of GitHub that did not answer at the end of the release.',
  help: 'Nothing needs to be done: a lock whose run has ended holds nothing.',
};

/** The record of the release as its lock: it holds the environment from its beginning until its end. */
export function createRecordLock(recording: Recording, environment: string): Lock {
  return {
    holder: () => recording.underWay(environment),
    take: record => recording.begin(record),
    giveWay: to => recording.withdrawn(`gave way to the release of ${to.commit.slice(0, 7)}`),
    free: async () => {},
  };
}

/** Lets others release. That it cannot be said to them is told, and changes no verdict. */
export async function releaseLock(lock: Lock, context: GateContext): Promise<CheckResult[]> {
  try {
    await lock.free();
    return [];
  } catch (error) {
    const findings = [found(notFreed, { message: `The lock could not be given back: ${explainError(error)}` })];
    return [reportOutcome('lock', { verdict: 'passed', findings }, context)];
  }
}
