import { ScriptError } from '../../../clients/postgres.ts';
import { type Check, concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { apply } from '../apply/apply.ts';
import { blockerOf } from '../apply/blocker.ts';
import { applyByCommand } from '../apply/by-command.ts';
import { outcomeOfFailure } from '../apply/failure.ts';
import { releaseLock, takeLock } from '../apply/lock.ts';
import { endOfGrace, outcomeUnknown, settle } from '../apply/settle.ts';
import type { Database } from '../database.ts';
import { type Migration, namesOf, placeOf, runnable, runsOutside } from '../migration.ts';

export const slowMigration: FindingKind = {
  code: 'schema/slow-migration',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A migration took longer than its budget, and for that long its tables were locked.',
  cause: 'A table that is larger here than where the migration was tried, or many changes in one migration.',
  help: 'Split migrations of this kind next time; `budget` in the configuration is what counts as long.',
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
  await takeLock(session, { database: target.name, place: target.place, key: ledger.lockKey, wait }, context);
  const { state, findings } = await database.plan(); // anew: another release may have been here while we waited
  if (findings.some(({ severity }) => severity === 'error')) return concludeFrom(findings);
  if (!target.command || database.needsBaseline) await ledger.prepare(session, state);
  const entered = database.needsBaseline ? await enterBaseline(database) : undefined;
  const toolLocks = target.command !== undefined && ledger.takesLock;
  if (toolLocks) await releaseLock(session, ledger.lockKey);
  const outcome = await applyAll(database, context);
  if (outcome.verdict === 'passed' && !toolLocks) await releaseLock(session, ledger.lockKey); // else it ends with the session
  return entered ? { ...outcome, detail: [entered, outcome.detail].join('; ') } : outcome;
}

async function applyAll(database: Database, context: GateContext): Promise<Outcome> {
  const { command } = database.target;
  if (database.pending.length === 0) return passed('all of it is applied');
  return command ? applyByCommand(database, command, context) : applyPending(database, context);
}

async function applyPending(database: Database, context: GateContext): Promise<Outcome> {
  const { session, ledger, target } = database;
  const slow: Finding[] = [];
  const end = endOfGrace(context.signal);
  for (const migration of database.pending) {
    const started = context.clock.now();
    try {
      await apply(session, ledger, migration, target.limits, context);
    } catch (error) {
      const outcome = await failure(database, migration, error, end, context);
      return { ...outcome, detail: `${detailOf(database)}${undone(database, migration, outcome)}` };
    }
    database.advance(migration);
    const took = context.clock.now() - started;
    context.log.info(`${target.name}: applied ${migration.name} in ${formatDuration(took)}`);
    if (took > target.budget && !runsOutside(migration)) slow.push(slowFinding(migration, took, target.budget));
  }
  return concludeFrom(slow, detailOf(database));
}

/** What the database had before there was a ledger. */
async function enterBaseline({ session, ledger, baseline }: Database): Promise<string> {
  await session.transaction({}, async () => {
    for (const migration of baseline) {
      await ledger.started(session, migration);
      await ledger.finished(session, migration);
    }
  });
  return `entered ${namesOf(baseline)} as there before`;
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
    return outcomeOfFailure(migration, error, await lockWaitOf(database, migration, error));
  }
  const reason = error instanceof ScriptError ? error.cause : error;
  const cause = await database.explaining(() => Promise.reject(reason)).catch((explained: unknown) => explained);
  if (cause instanceof GateError) return { verdict: 'error', findings: [...cause.findings, ...unknown] };
  throw cause;
}

/** How long a statement waited for its lock, how often, and for whom. */
async function lockWaitOf({ session, target }: Database, migration: Migration, error: ScriptError): Promise<string> {
  const { lockTimeout, lockRetries } = target.limits;
  const often = lockRetries > 0 ? `, ${lockRetries + 1} times` : '';
  const statement = runnable(migration).statements[error.completed]?.code ?? '';
  const blocker = await blockerOf(session, statement);
  return `${formatDuration(lockTimeout)} for a lock${often}${blocker ? `; ${blocker}` : ''}`;
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
  const message = `${migration.name} took ${formatDuration(took)}, and its budget is ${formatDuration(budget)}.`;
  return found(slowMigration, { message, place: placeOf(migration) });
}

/** That a migration is not there after all, where that is known. */
function undone({ pending }: Database, migration: Migration, { findings }: Outcome): string {
  const unknown = findings.some(({ code }) => code === outcomeUnknown.code);
  return unknown || runsOutside(migration) || !pending.includes(migration) ? '' : `; ${migration.name} was rolled back`;
}

function detailOf({ applied }: Database): string {
  return applied.length === 0 ? 'applied nothing' : `applied ${applied.length}: ${namesOf(applied)}`;
}
