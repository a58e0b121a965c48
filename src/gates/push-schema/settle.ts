import { connectPostgres, type PostgresSession } from '../../clients/postgres.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Database } from './database.ts';
import type { Migration } from './migration.ts';

export const outcomeUnknown: FindingKind = {
  code: 'schema/outcome-unknown',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The connection was lost during a migration and could not be made again, so it is not known whether it was applied.',
  cause: 'A server that went down, or a network that failed, at the worst moment.',
  remedy: 'Nothing is half-applied. Run the job again when the database answers: it reads the ledger first.',
};

/** Milliseconds in which the database must answer again; less when the run was cancelled. */
const patience = { running: 20_000, cancelled: 3000 };
const pause = 500;

/**
 * Asks the ledger, in a session of its own, whether the migration under way was applied after all: a connection that is
 * lost during COMMIT does not say so. Answers with what is to be said where nobody can.
 */
export async function settle(database: Database, migration: Migration, context: GateContext): Promise<Finding[]> {
  const signal = AbortSignal.timeout(context.signal.aborted ? patience.cancelled : patience.running);
  const session = await reconnect(database, signal, context);
  if (!session) {
    const seen = `The connection to ${database.target.name} was lost while ${migration.name} was applied.`;
    return [found(outcomeUnknown, { seen, place: database.target.place })];
  }
  try {
    const { entries } = await database.ledger.read(session);
    if (entries.some(({ id, state }) => id === migration.id && state === 'applied')) database.advance(migration);
    return [];
  } finally {
    await session.close();
  }
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
