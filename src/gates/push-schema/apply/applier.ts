import { type PostgresSession, ScriptError } from '../../../clients/postgres.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { findOutsideStatement, type Migration, runnable } from '../migration.ts';
import type { Ledger } from '../tools/ledger.ts';
import { isDoneEarlier } from './earlier-run.ts';
import { removeInvalidIndexes } from './invalid-index.ts';
import { runStatement } from './run-statement.ts';

/** How long a statement may take, and how often a migration is retried. */
export interface Limits {
  /** Milliseconds that a statement may wait for a lock. */
  lockTimeout: number;
  /** How many times a migration is retried after it waited too long for a lock. */
  lockRetries: number;
  /** Milliseconds that a statement may run; 0 for no limit. */
  statementTimeout: number;
}

interface ApplierOptions {
  session: PostgresSession;
  ledger: Ledger;
  limits: Limits;
  context: GateContext;
}

/** Milliseconds before the first retry; each further pause is twice as long, up to `longestPause`. */
const firstPause = 500;
const longestPause = 10_000;

/** Applies migrations in one session, and records each in the ledger. */
export class Applier {
  readonly #options: ApplierOptions;

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  /**
   * Applies one migration and writes its row of the ledger: both in one transaction, within the limits. A statement that
   * cannot run in a transaction runs outside of one. Throws a ScriptError when a statement fails.
   */
  async apply(migration: Migration): Promise<void> {
    const outside = findOutsideStatement(migration);
    for (let attempt = 1; ; attempt++) {
      try {
        return await (outside === undefined
          ? this.#applyInTransaction(migration)
          : this.#applyOutside(migration, outside));
      } catch (error) {
        if (!isLockTimeout(error) || attempt > this.#options.limits.lockRetries) throw error;
        await this.#pauseBefore(attempt, migration);
      }
    }
  }

  async #applyInTransaction(migration: Migration): Promise<void> {
    const { session, ledger, limits } = this.#options;
    const settings = { lock_timeout: `${limits.lockTimeout}ms`, statement_timeout: `${limits.statementTimeout}ms` };
    await session.transaction(settings, async () => {
      await ledger.recordStart?.(session, migration);
      await session.script(runnable(migration).script);
      await session.resetIdentity(); // a script may have changed the role or the search path
      await ledger.recordEnd(session, migration);
    });
  }

  /** A session that waits for a lock makes others queue behind it; the pause lets them through. */
  async #pauseBefore(attempt: number, { name }: Migration): Promise<void> {
    const { limits, context } = this.#options;
    const jitter = 0.5 + Math.random(); // keeps two releases apart
    const pause = Math.min(longestPause, firstPause * 2 ** (attempt - 1)) * jitter;
    context.log.info(
      `${name} waited ${formatDuration(limits.lockTimeout)} for a lock and was rolled back; retrying in ${formatDuration(pause)} (${attempt} of ${limits.lockRetries}).`,
    );
    await context.clock.sleep(pause, context.signal);
  }

  async #applyOutside(migration: Migration, index: number): Promise<void> {
    const { session, ledger, context } = this.#options;
    const code = runnable(migration).statements[index]?.code ?? '';
    await session.proveLock();
    await session.reset();
    await session.query(this.#limitOutside(code));
    await removeInvalidIndexes(session, code); // of a run that was killed
    await ledger.recordStart?.(session, migration);
    try {
      if (await isDoneEarlier(session, code)) {
        context.log.info(`${migration.name}: an earlier run has done its work, so the gate only records it.`);
      } else {
        for (let each = 0; each <= index; each++) await runStatement(session, migration, each);
      }
    } catch (error) {
      if (error instanceof ScriptError && !isLockTimeout(error)) await this.#cleanUp(error, migration, code);
      throw error;
    }
    await session.reset();
    await session.proveLock();
    await ledger.recordEnd(session, migration);
  }

  /** CONCURRENTLY blocks nobody, and a timeout would leave an invalid index. All else waits like any other statement. */
  #limitOutside(code: string): string {
    const lockTimeout = /\bconcurrently\b/i.test(code) ? 0 : this.#options.limits.lockTimeout;
    return `SET lock_timeout = ${lockTimeout}; SET statement_timeout = 0`;
  }

  async #cleanUp(error: ScriptError, migration: Migration, code: string): Promise<void> {
    const { session, ledger, context } = this.#options;
    await ledger.recordFailure?.(session, migration, error.message);
    for (const name of await removeInvalidIndexes(session, code)) {
      context.log.info(`${migration.name} failed; its invalid index ${name} was dropped.`);
    }
  }
}

function isLockTimeout(error: unknown): error is ScriptError {
  return error instanceof ScriptError && error.cause.code === '55P03';
}
