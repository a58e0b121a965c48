import { type PostgresSession, ScriptError } from '../../../clients/postgres.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Ledger } from '../ledgers/ledger.ts';
import { type Migration, runnable, runsOutside } from '../migration.ts';
import { builtBefore, removeInvalidIndexes } from './invalid-index.ts';

/** How long a statement may take, and how often a migration is tried that waited too long for a lock. */
export interface Limits {
  /** Milliseconds that a statement may wait for a lock. */
  lockTimeout: number;
  /** How many times a migration is tried again after that. */
  lockRetries: number;
  /** Milliseconds that a statement may run; 0 for as long as it takes. */
  statementTimeout: number;
}

/** Milliseconds before the first repetition; each further one waits twice as long, up to `longestPause`. */
const firstPause = 500;
const longestPause = 10_000;

/**
 * Applies one migration and writes its row of the ledger: both in one transaction, within the limits. A migration of
 * one statement that cannot run in a transaction is run outside of one, and with no limit: it blocks nobody, and ended
 * half-way it would leave an invalid index. Throws a ScriptError when a statement fails.
 */
export async function apply(
  session: PostgresSession,
  ledger: Ledger,
  migration: Migration,
  limits: Limits,
  context: GateContext,
): Promise<void> {
  if (runsOutside(migration)) return applyOutside(session, ledger, migration, context);
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyWhole(session, ledger, migration, limits);
    } catch (error) {
      const waited = error instanceof ScriptError && error.cause.code === '55P03';
      if (!waited || attempt > limits.lockRetries) throw error;
      await pauseBefore(attempt, migration, limits, context);
    }
  }
}

/** Whoever waits for a lock makes others queue behind, so the pause lets them through; jitter keeps releases apart. */
async function pauseBefore(attempt: number, { name }: Migration, limits: Limits, context: GateContext): Promise<void> {
  const pause = Math.min(longestPause, firstPause * 2 ** (attempt - 1)) * (0.5 + Math.random());
  context.log.info(
    `${name} waited ${formatDuration(limits.lockTimeout)} for a lock and was rolled back; trying again in ${formatDuration(pause)} (${attempt} of ${limits.lockRetries}).`,
  );
  await context.clock.sleep(pause, context.signal);
}

async function applyWhole(session: PostgresSession, ledger: Ledger, migration: Migration, limits: Limits) {
  const settings = { lock_timeout: `${limits.lockTimeout}ms`, statement_timeout: `${limits.statementTimeout}ms` };
  await session.transaction(settings, async () => {
    await ledger.started(session, migration);
    await session.script(runnable(migration).script);
    await session.resetIdentity(); // so that the ledger is found, and may be written
    await ledger.finished(session, migration);
  });
}

async function applyOutside(
  session: PostgresSession,
  ledger: Ledger,
  migration: Migration,
  { log }: GateContext,
): Promise<void> {
  const statement = runnable(migration).statements[0]?.code ?? '';
  await session.reset();
  await session.query('SET lock_timeout = 0; SET statement_timeout = 0');
  await removeInvalidIndexes(session, statement); // of a run that was killed
  await ledger.started(session, migration);
  try {
    if (!(await builtBefore(session, statement))) await session.script(migration.script);
  } catch (error) {
    if (error instanceof ScriptError) {
      await ledger.failed(session, migration, error.message);
      for (const name of await removeInvalidIndexes(session, statement)) {
        log.info(`${migration.name} failed; its invalid index ${name} was removed.`);
      }
    }
    throw error;
  }
  await ledger.finished(session, migration);
}
