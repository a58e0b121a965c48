import type { PostgresSession } from '../../../clients/postgres.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { connectTarget, type Database } from '../database.ts';
import { type Migration, placeOf, runnable, runsOutside } from '../migration.ts';
import { findInvalidIndexes, removeInvalidIndexes } from './invalid-index.ts';

export const outcomeUnknown: FindingKind = {
  code: 'schema/outcome-unknown',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The gate lost its connection during a migration and could not connect again, so it does not know whether the migration was applied.',
  cause: 'A server that went down, or a network that failed, at the worst moment.',
  help: 'Run the job again when the database answers: it reads the ledger first. Nothing is half applied.',
};

export const invalidIndexLeft: FindingKind = {
  code: 'schema/invalid-index-left',
  severity: 'warning',
  boundary: 'data',
  meaning: 'An index build was interrupted and left an invalid index. Queries ignore it; writes may still maintain it.',
  cause:
    'Transactions that use the table for longer than a cancelled run can wait, or a command of your own that applies the migrations.',
  help: 'Run the job again: it drops the index and builds it again. To drop it now: `DROP INDEX CONCURRENTLY <name>`.',
};

/** Milliseconds in which a lost database must answer again. */
const patience = 20_000;

/** Milliseconds from a cancellation to the end of all work, so that the outputs are still written (3 seconds). */
const grace = 2500;

/** Milliseconds that dropping an index may wait for transactions that use its table. */
const removalTimeout = 1000;

const pause = 500;

/** Aborts when a cancelled run must end. Call it before the work begins. */
export function startGrace(signal: AbortSignal): AbortSignal {
  const end = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => end.abort(), grace).unref(), { once: true });
  return end.signal;
}

interface Settled {
  /** Whether the migration was applied after all. */
  isApplied: boolean;
  findings: Finding[];
}

/**
 * Reads from the ledger, in a new session, whether an interrupted migration was applied: a connection lost during COMMIT
 * does not tell. If it was not, drops the invalid index that it may have left.
 */
export async function settle(
  database: Database,
  migration: Migration,
  end: AbortSignal,
  context: GateContext,
): Promise<Settled> {
  const settled = await workInNewSession({ database, end, context }, async (session): Promise<Settled> => {
    const { entries } = await database.tool.ledger.read(session, database.migrations);
    const isApplied = entries.some(({ id, state }) => id === migration.id && state === 'applied');
    if (isApplied || !runsOutside(migration)) return { isApplied, findings: [] };
    return { isApplied, findings: await cleanUpIndex(session, migration, context) };
  });
  return settled ?? { isApplied: false, findings: [reportUnknown(database, migration)] };
}

interface NewSessionOptions {
  database: Database;
  end: AbortSignal;
  context: GateContext;
}

/** Does the work once the database answers in a new session; undefined where it does not. */
export async function workInNewSession<Result>(
  options: NewSessionOptions,
  work: (session: PostgresSession) => Promise<Result>,
): Promise<Result | undefined> {
  const session = await reconnect(options);
  if (!session) return undefined;
  try {
    return await work(session);
  } catch (error) {
    options.context.log.debug(`The new session with ${options.database.target.name} failed: ${String(error)}`);
    return undefined;
  } finally {
    await session.close();
  }
}

function reportUnknown({ target }: Database, migration: Migration): Finding {
  const message = `The connection to ${target.name} was lost while ${migration.name} was being applied.`;
  const help = runsOutside(migration)
    ? 'Run the job again when the database answers: it reads the ledger first and drops an invalid index that was left.'
    : outcomeUnknown.help;
  return found(outcomeUnknown, { message, help, place: target.place });
}

/** Uses CONCURRENTLY, although it may wait in vain: a plain DROP INDEX would block traffic while it waits. */
async function cleanUpIndex(session: PostgresSession, migration: Migration, { log }: GateContext): Promise<Finding[]> {
  const statement = runnable(migration).statements.at(-1);
  if (statement === undefined) return [];
  try {
    await session.query(`SET statement_timeout = ${removalTimeout}`);
    for (const name of await removeInvalidIndexes(session, statement.code)) {
      log.info(`${migration.name} was interrupted; its invalid index ${name} was dropped.`);
    }
  } catch (error) {
    log.debug(`The invalid index of ${migration.name} could not be dropped: ${String(error)}`);
  }
  const remaining = await findInvalidIndexes(session, statement.code);
  return remaining.map(({ name }) =>
    found(invalidIndexLeft, {
      message: `${migration.name} was interrupted and left the invalid index ${name}.`,
      help: invalidIndexLeft.help.replace('<name>', name),
      place: placeOf(migration, statement),
    }),
  );
}

async function reconnect({ database, end, context }: NewSessionOptions): Promise<PostgresSession | undefined> {
  const { target } = database;
  const signal = AbortSignal.any([end, AbortSignal.timeout(patience)]);
  for (;;) {
    try {
      const session = await connectTarget(target, { ...context, signal });
      await session.adopt();
      return session;
    } catch (error) {
      if (signal.aborted) return undefined;
      context.log.debug(`The database ${target.address.name} does not answer yet: ${String(error)}`);
    }
    try {
      await context.clock.sleep(pause, signal);
    } catch {
      return undefined; // the time is over
    }
  }
}
