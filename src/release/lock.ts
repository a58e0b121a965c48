import { bestEffort } from '../core/best-effort.ts';
import { type CheckResult, passed } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import type { FindingKind } from '../core/finding.ts';
import type { Lock } from '../core/lock.ts';
import type { Recording } from './recording.ts';

export const notReleased: FindingKind = {
  code: 'deploy/lock-not-released',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release has ended, but its lock stays in place until the run ends. Other repositories wait until then.',
  cause: 'GitHub did not answer at the end of the release.',
  help: 'Nothing to do: the lock ends with its run.',
};

/** The lock of an environment that one repository releases to: the record of the release holds it until it ends. */
export function createRecordLock(recording: Recording, environment: string): Lock {
  return {
    holder: () => recording.findOtherRelease(environment),
    take: record => recording.begin(record),
    giveWay: to => recording.withdraw(`gave way to the release of ${to.commit.slice(0, 7)}`),
    free: async () => {},
  };
}

/** Releases the lock. Failing to do so is a warning and never changes the verdict. */
export async function releaseLock(lock: Lock, context: GateContext): Promise<CheckResult[]> {
  const effort = { name: 'lock', kind: notReleased, failure: 'The lock was not released', help: notReleased.help };
  const { checks } = await bestEffort(
    effort,
    async () => {
      await lock.free();
      return passed();
    },
    context,
  );
  return checks;
}
