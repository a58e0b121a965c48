import { bestEffort } from '../core/best-effort.ts';
import { type CheckResult, passed } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { explainError, GateError } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { type Lock, lockUnusable } from '../core/lock.ts';
import { reportOutcome } from '../core/run-to-end.ts';
import type { Recording } from './recording.ts';

export const notReleased: FindingKind = {
  code: 'deploy/lock-not-released',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release has ended, but its lock stays in place until the run ends. Other repositories wait until then.',
  cause: 'GitHub did not answer at the end of the release.',
  help: 'Nothing to do: the lock ends with its run.',
};

export const lockIgnored: FindingKind = {
  code: 'deploy/lock-ignored',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release goes ahead without a lock, so two releases of the environment could run at once.',
  cause: 'GitHub did not answer or the job lacks a permission, and the configuration says `lock: best-effort`.',
  help: 'Check that nobody else is releasing. Give the job `permissions: { deployments: write, actions: read }`.',
};

const relaxHelp = 'To release without a lock, set `release: { lock: best-effort }` in the configuration.';

/** The lock of an environment that one repository releases to: the record of the release holds it until it ends. */
export function createRecordLock(recording: Recording, environment: string): Lock {
  return {
    holder: () => recording.findOtherRelease(environment),
    take: record => recording.open(record),
    giveWay: to => recording.withdraw(`gave way to the release of ${to.commit.slice(0, 7)}`),
    free: async () => {},
  };
}

/** A lock without which no release begins: what keeps it from its work is said to be about the lock. */
export function requireLock(lock: Lock): Lock {
  const strictly = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GateError) || error.findings.some(({ code }) => code === lockUnusable.code)) throw error;
      const message = `Nothing keeps other releases away: ${explainError(error)}`;
      throw new GateError([found(lockUnusable, { message, help: `${error.findings[0]?.help} ${relaxHelp}` })]);
    }
  };
  return {
    holder: () => strictly(lock.holder),
    take: record => strictly(() => lock.take(record)),
    giveWay: to => strictly(() => lock.giveWay(to)),
    free: lock.free,
  };
}

/** A lock that a release does without if it cannot work. */
export function relaxLock(lock: Lock): { lock: Lock; report(context: GateContext): CheckResult[] } {
  const findings = new Map<string, Finding>();
  const leniently = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const message = `Two releases could run at once: ${explainError(error)}`;
      findings.set(message, found(lockIgnored, { message }));
      return undefined;
    }
  };
  return {
    lock: {
      holder: () => leniently(lock.holder),
      take: record => leniently(() => lock.take(record)),
      giveWay: to => leniently(() => lock.giveWay(to)),
      free: lock.free,
    },
    report: context =>
      findings.size === 0
        ? []
        : [reportOutcome('lock', { verdict: 'passed', findings: [...findings.values()] }, context)],
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
