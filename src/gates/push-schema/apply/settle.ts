import { connectPostgres, type PostgresSession } from '../../../clients/postgres.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Database } from '../database.ts';
import { type Migration, placeOf, runnable, runsOutside } from '../migration.ts';
import { invalidIndexesOf, removeInvalidIndexes } from './invalid-index.ts';

export const outcomeUnknown: FindingKind = {
  code: 'schema/outcome-unknown',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The connection was lost during a migration and could not be made again, so it is not known whether it was applied.',
  cause: 'A server that went down, or a network that failed, at the worst moment.',
  help: 'Nothing is half-applied. Run the job again when the database answers: it reads the ledger first.',
};

export const invalidIndexLeft: FindingKind = {
  code: 'schema/invalid-index-left',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'The building of an index was ended half-way, and what there is of it is still there. No query uses it, but writes to its table may pay for it.',
  cause:
    'Transactions that have used the table, and that go on for longer than a cancelled run can wait; or a command that applies the migrations, whose work is its own.',
  help: 'Run the job again: it removes the index and builds it anew. Or remove it now: `DROP INDEX CONCURRENTLY <name>`.',
};

/** Milliseconds in which a database must answer again that the run has lost. */
const patience = 20_000;

/** Milliseconds from a cancellation to the end of all work, so that the outputs are still written (3 seconds). */
const grace = 2500;

/** Milliseconds that the removal of an index may wait for those who use its table. */
const removalTimeout = 1000;

const pause = 500;

/** Aborts when a run that is cancelled must come to its end. To be asked for before the work begins. */
export function endOfGrace(signal: AbortSignal): AbortSignal {
  const end = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => end.abort(), grace).unref(), { once: true });
  return end.signal;
}

/**
 * Asks the ledger, in a session of its own, whether the migration under way was applied after all: a connection that is
 * lost during COMMIT does not say so. If it was not, removes the invalid index that it may have left. Answers with what
 * is to be said where nobody can.
 */
export async function settle(
  database: Database,
  migration: Migration,
  end: AbortSignal,
  context: GateContext,
): Promise<Finding[]> {
  const ask = async (session: PostgresSession) => {
    const { entries } = await database.ledger.read(session);
    if (entries.some(({ id, state }) => id === migration.id && state === 'applied')) database.advance(migration);
    else if (runsOutside(migration)) return withoutInvalidIndex(session, migration, context);
    return [];
  };
  return inSessionOfItsOwn(database, ask, unknownOutcome(database, migration), end, context);
}

/** Does the work once the database answers in a new session; with the finding `unknown` where that cannot be. */
export async function inSessionOfItsOwn(
  database: Database,
  work: (session: PostgresSession) => Promise<Finding[]>,
  unknown: Finding,
  end: AbortSignal,
  context: GateContext,
): Promise<Finding[]> {
  const session = await reconnect(database, AbortSignal.any([end, AbortSignal.timeout(patience)]), context);
  if (!session) return [unknown];
  try {
    return await work(session);
  } catch (error) {
    context.log.debug(`${unknown.message} ${String(error)}`);
    return [unknown];
  } finally {
    await session.close();
  }
}

function unknownOutcome({ target }: Database, migration: Migration): Finding {
  const message = `The connection to ${target.name} was lost while ${migration.name} was applied.`;
  const help = runsOutside(migration)
    ? 'Run the job again when the database answers: it reads the ledger first, and removes an invalid index that was left.'
    : outcomeUnknown.help;
  return found(outcomeUnknown, { message, help, place: target.place });
}

/** CONCURRENTLY, although it may wait in vain: a plain DROP INDEX would hold up the traffic while it waits. */
async function withoutInvalidIndex(
  session: PostgresSession,
  migration: Migration,
  context: GateContext,
): Promise<Finding[]> {
  const [statement] = runnable(migration).statements;
  if (statement === undefined) return [];
  try {
    await session.query(`SET statement_timeout = ${removalTimeout}`);
    for (const name of await removeInvalidIndexes(session, statement.code)) {
      context.log.info(`${migration.name} was broken off; its invalid index ${name} was removed.`);
    }
  } catch (error) {
    context.log.debug(`The invalid index of ${migration.name} could not be removed: ${String(error)}`);
  }
  const remaining = await invalidIndexesOf(session, statement.code);
  return remaining.map(({ name }) =>
    found(invalidIndexLeft, {
      message: `${migration.name} was broken off and has left the invalid index ${name}.`,
      help: invalidIndexLeft.help.replace('<name>', name),
      place: placeOf(migration, statement),
    }),
  );
}

async function reconnect(
  { target }: Database,
  signal: AbortSignal,
  context: GateContext,
): Promise<PostgresSession | undefined> {
  for (;;) {
    try {
      return await connectPostgres(target.address, { signal, folder: context.workspace, place: target.place });
    } catch (error) {
      if (signal.aborted) return undefined;
      context.log.debug(`The database ${target.address.name} does not answer yet: ${String(error)}`);
    }
    try {
      await context.clock.sleep(pause, signal);
    } catch {
      return undefined; // it was waited for long enough
    }
  }
}
