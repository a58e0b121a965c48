import { ScriptError } from '../../../clients/postgres.ts';
import { type Check, judged, type Outcome, passed } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { apply } from '../apply.ts';
import type { Database } from '../database.ts';
import { outcomeOfFailure } from '../failure.ts';
import { releaseLock, takeLock } from '../lock.ts';
import { namesOf } from '../migration.ts';

/** A migration takes the time it takes; what bounds it is `timeout-minutes` of the job. Milliseconds. */
const unbounded = 24 * 60 * 60 * 1000;

/** Applies what is pending, under the lock. */
export function pushCheck(database: Database, lockWait: number, context: GateContext): Check {
  return {
    name: `${database.target.name}.push`,
    boundary: 'data',
    deadline: unbounded,
    run: () => database.explaining(() => underLock(database, lockWait, context)),
  };
}

async function underLock(database: Database, wait: number, context: GateContext): Promise<Outcome> {
  const { session, ledger, target } = database;
  await takeLock(session, { database: target.name, place: target.place, key: ledger.lockKey, wait }, context);
  const outcome = await applyPending(database, context);
  if (outcome.verdict === 'passed') await releaseLock(session, ledger.lockKey); // else the session ends, and the lock with it
  return outcome;
}

async function applyPending(database: Database, { log, clock }: GateContext): Promise<Outcome> {
  const { session, ledger, target } = database;
  const { state, findings } = await database.plan(); // anew: another release may have been here while we waited
  if (findings.some(({ severity }) => severity === 'error')) return judged(findings);
  if (database.pending.length === 0) return passed('another release has applied all of it');
  await ledger.prepare(session, state);
  for (const migration of database.pending) {
    const started = clock.now();
    try {
      await apply(session, ledger, migration, target.lockTimeout);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      return { ...outcomeOfFailure(migration, error, formatDuration(target.lockTimeout)), detail: detailOf(database) };
    }
    database.advance(migration);
    log.info(`${target.name}: applied ${migration.name} in ${formatDuration(clock.now() - started)}`);
  }
  return passed(detailOf(database));
}

function detailOf({ applied }: Database): string {
  return applied.length === 0 ? 'applied nothing' : `applied ${applied.length}: ${namesOf(applied)}`;
}
