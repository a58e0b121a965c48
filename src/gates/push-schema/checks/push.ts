import { ScriptError } from '../../../clients/postgres.ts';
import { type Check, judged, type Outcome, passed } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { apply } from '../apply.ts';
import { applyByCommand } from '../apply-by-command.ts';
import type { Database } from '../database.ts';
import { outcomeOfFailure } from '../failure.ts';
import { releaseLock, takeLock } from '../lock.ts';
import { type Migration, namesOf, placeOf, runsOutside } from '../migration.ts';
import { endOfGrace, settle } from '../settle.ts';

export const slowMigration: FindingKind = {
  code: 'schema/slow-migration',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A migration took longer than its budget, and for that long its tables were locked.',
  cause: 'A table that is larger here than where the migration was tried, or many changes in one migration.',
  remedy: 'Split migrations of this kind next time; `budget` in the configuration is what counts as long.',
};

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
  const { command } = target;
  if (command && ledger.takesLock) return applyByCommand(database, command, context);
  await takeLock(session, { database: target.name, place: target.place, key: ledger.lockKey, wait }, context);
  const outcome = command ? await applyByCommand(database, command, context) : await applyPending(database, context);
  if (outcome.verdict === 'passed') await releaseLock(session, ledger.lockKey); // else the session ends, and the lock with it
  return outcome;
}

async function applyPending(database: Database, context: GateContext): Promise<Outcome> {
  const { session, ledger, target } = database;
  const { state, findings } = await database.plan(); // anew: another release may have been here while we waited
  if (findings.some(({ severity }) => severity === 'error')) return judged(findings);
  if (database.pending.length === 0) return passed('another release has applied all of it');
  await ledger.prepare(session, state);
  if (!state.exists) await enterBaseline(database);
  const slow: Finding[] = [];
  const end = endOfGrace(context.signal);
  for (const migration of database.pending) {
    const started = context.clock.now();
    try {
      await apply(session, ledger, migration, target.limits, context);
    } catch (error) {
      return { ...(await failure(database, migration, error, end, context)), detail: detailOf(database) };
    }
    database.advance(migration);
    const took = context.clock.now() - started;
    context.log.info(`${target.name}: applied ${migration.name} in ${formatDuration(took)}`);
    if (took > target.budget && !runsOutside(migration)) slow.push(slowFinding(migration, took, target.budget));
  }
  return judged(slow, detailOf(database));
}

/** What the database had before there was a ledger. */
async function enterBaseline({ session, ledger, baseline }: Database): Promise<void> {
  await session.transaction({}, async () => {
    for (const migration of baseline) {
      await ledger.started(session, migration);
      await ledger.finished(session, migration);
    }
  });
}

/** What is to be said when a migration was not applied, or when nobody told us that it was. */
async function failure(
  database: Database,
  migration: Migration,
  error: unknown,
  end: AbortSignal,
  context: GateContext,
): Promise<Outcome> {
  const lost = !(await answers(database));
  const unknown = lost ? await settle(database, migration, end, context) : [];
  if (error instanceof ScriptError && !lost) {
    return outcomeOfFailure(migration, error, formatDuration(database.target.limits.lockTimeout));
  }
  const reason = error instanceof ScriptError ? error.cause : error;
  const cause = await database.explaining(() => Promise.reject(reason)).catch((explained: unknown) => explained);
  if (cause instanceof GateError) return { verdict: 'error', findings: [...cause.findings, ...unknown] };
  throw cause;
}

async function answers({ session }: Database): Promise<boolean> {
  try {
    await session.query('SELECT');
    return true;
  } catch {
    return false;
  }
}

function slowFinding(migration: Migration, took: number, budget: number): Finding {
  const seen = `${migration.name} took ${formatDuration(took)}, and its budget is ${formatDuration(budget)}.`;
  return found(slowMigration, { seen, place: placeOf(migration) });
}

function detailOf({ applied }: Database): string {
  return applied.length === 0 ? 'applied nothing' : `applied ${applied.length}: ${namesOf(applied)}`;
}
