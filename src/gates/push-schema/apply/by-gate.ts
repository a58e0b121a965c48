import { ScriptError } from '../../../clients/postgres.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { convertError } from '../../../core/run-checks.ts';
import { type Database, explainError } from '../database.ts';
import { type Migration, placeOf, runnable, runsOutside } from '../migration.ts';
import type { Plan } from '../plan.ts';
import { describeBlocker } from './blocker.ts';
import { explainFailure } from './failure.ts';
import { advance, describeApplied, type Pushed, startPush } from './pushed.ts';
import { outcomeUnknown, settle, startGrace } from './settle.ts';

export const slowMigration: FindingKind = {
  code: 'schema/slow-migration',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A migration took longer than its budget and kept its tables locked for that time.',
  cause: 'A table that is larger here than where the migration was tested, or many changes in one migration.',
  help: 'Split such migrations next time, or raise `budget` in the configuration.',
};

/** Applies the pending migrations, one after the other. The outcome says what was applied, however it ends. */
export async function applyByGate(database: Database, plan: Plan, context: GateContext): Promise<Outcome<Pushed>> {
  const { target, applier } = database;
  const slow: Finding[] = [];
  const end = startGrace(context.signal);
  let pushed = startPush(plan);
  for (const migration of plan.pending) {
    const started = context.clock.now();
    try {
      await applier.apply(migration);
    } catch (error) {
      return concludeFailure({ database, migration, pushed, error, end }, context);
    }
    pushed = advance(pushed, migration);
    const took = context.clock.now() - started;
    context.log.info(`${target.name}: applied ${migration.name} in ${formatDuration(took)}`);
    if (took > target.budget && !runsOutside(migration)) slow.push(reportSlow(migration, took, target.budget));
  }
  return { ...concludeFrom(slow, describeApplied(pushed)), value: pushed };
}

/** A migration that failed, and what was applied before it. */
interface Failure {
  database: Database;
  migration: Migration;
  pushed: Pushed;
  error: unknown;
  /** Aborts when a cancelled run must end. */
  end: AbortSignal;
}

async function concludeFailure(failure: Failure, context: GateContext): Promise<Outcome<Pushed>> {
  const { database, migration, pushed, end } = failure;
  const isLost = !(await answers(database));
  const settled = isLost ? await settle(database, migration, end, context) : { isApplied: false, findings: [] };
  const value = settled.isApplied ? advance(pushed, migration) : pushed;
  const isUnknown = settled.findings.some(({ code }) => code === outcomeUnknown.code);
  const isRolledBack = !isUnknown && !settled.isApplied && !runsOutside(migration);
  const detail = `${describeApplied(value)}${isRolledBack ? `; ${migration.name} was rolled back` : ''}`;
  const { verdict, findings } = await judgeFailure(failure, isLost);
  return { verdict, findings: [...findings, ...settled.findings], detail, value };
}

async function judgeFailure({ database, migration, error }: Failure, isLost: boolean): Promise<Outcome> {
  if (error instanceof ScriptError && !isLost) {
    return explainFailure(migration, error, await describeLockWait(database, migration, error));
  }
  const reason = error instanceof ScriptError ? error.cause : error;
  return convertError({ name: `${database.target.name}.push` }, explainError(database.target, reason));
}

async function answers({ session }: Database): Promise<boolean> {
  try {
    await session.query('SELECT');
    return true;
  } catch {
    return false;
  }
}

/** `5 s for a lock, 4 times; users is in use by the session with pid 42` */
async function describeLockWait({ session, target }: Database, migration: Migration, error: ScriptError) {
  const { lockTimeout, lockRetries } = target.limits;
  const often = lockRetries > 0 ? `, ${lockRetries + 1} times` : '';
  const statement = runnable(migration).statements[error.completed]?.code ?? '';
  const blocker = await describeBlocker(session, statement);
  return `${formatDuration(lockTimeout)} for a lock${often}${blocker ? `; ${blocker}` : ''}`;
}

function reportSlow(migration: Migration, took: number, budget: number): Finding {
  const message = `${migration.name} took ${formatDuration(took)}; its budget is ${formatDuration(budget)}.`;
  return found(slowMigration, { message, place: placeOf(migration) });
}
