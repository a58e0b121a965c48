import { randomBytes } from 'node:crypto';
import {
  connectPostgres,
  type PostgresOptions,
  type PostgresSession,
  quoteIdentifier,
} from '../../../clients/postgres.ts';
import { type PostgresAddress, parsePostgresUrl } from '../../../clients/postgres-url.ts';
import type { GateContext } from '../../../core/context.ts';
import { explainError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Target } from '../target.ts';
import { startEmbedded } from './embedded.ts';

export const scratchLeft: FindingKind = {
  code: 'schema/scratch-left',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A scratch database could not be dropped, so it takes up space on the server for trials.',
  cause: 'A run that was cancelled or lost its connection while it dropped a database with many tables.',
  help: 'Do nothing: the next rehearsal drops it after an hour. To drop it now: `DROP DATABASE "<name>" WITH (FORCE)`.',
};

/** Milliseconds for dropping a scratch database with thousands of tables; a cancelled run has 3 seconds for everything. */
const removalTimeout = 120_000;
const cancelledTimeout = 2500;

/** Milliseconds after which a scratch database that nobody uses is left over: no rehearsal takes as long. */
const longestRehearsal = 60 * 60 * 1000;

/** An empty database for trials. */
export interface Scratch {
  session: PostgresSession;
  /** Returns a finding if the database is left behind. */
  drop(): Promise<Finding[]>;
}

/** Creates a database on the server that `scratch` names, or on one that the gate starts. */
export async function openScratch(target: Target, context: GateContext): Promise<Scratch> {
  const server = target.scratch ? undefined : await startEmbedded(context);
  if (server) context.redactor.add(server.url);
  const admin = target.scratch ?? parsePostgresUrl(server?.url ?? '', 'scratch', target.place);
  const options = { signal: context.signal, folder: context.workspace, place: target.place };
  const name = `release_gates_${Date.now()}_${randomBytes(4).toString('hex')}`;
  await inSession(admin, options, async session => {
    await dropLeftovers(session, context);
    await session.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0`);
  });
  // Also when the run is cancelled, since the server outlives the run. FORCE, since a statement may still be running.
  const drop = async (): Promise<Finding[]> => {
    const signal = AbortSignal.timeout(context.signal.aborted ? cancelledTimeout : removalTimeout);
    try {
      await inSession(admin, { ...options, signal }, another =>
        another.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}${forceClause(another)}`),
      );
      return [];
    } catch (error) {
      const message = `The scratch database ${name} of ${target.name} could not be dropped: ${explainError(error)}`;
      return [found(scratchLeft, { message, help: scratchLeft.help.replace('<name>', name), place: target.place })];
    }
  };
  try {
    const schema = target.address.schema ?? admin.schema;
    const session = await connectPostgres({ ...admin, database: name, schema }, options);
    await session.adopt();
    return {
      session,
      drop: async () => {
        await session.close();
        if (!server) return drop();
        await server.stop();
        return [];
      },
    };
  } catch (error) {
    await (server ? server.stop() : drop());
    throw error;
  }
}

/** Drops scratch databases of earlier runs that were killed. */
async function dropLeftovers(session: PostgresSession, { log }: GateContext): Promise<void> {
  const rows = await session.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database d WHERE datname ~ '^release_gates_[0-9]{13}_[0-9a-f]{8}$'
       AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)`,
  );
  const oldest = Date.now() - longestRehearsal;
  for (const { name } of rows.filter(row => Number(row.name.split('_')[2]) < oldest)) {
    await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`);
    log.info(`Dropped ${name}, which an earlier rehearsal left behind.`);
  }
}

/** docs: PostgreSQL 13, DROP DATABASE. */
function forceClause({ serverVersion }: PostgresSession): string {
  return serverVersion >= 130000 ? ' WITH (FORCE)' : '';
}

async function inSession(
  address: PostgresAddress,
  options: PostgresOptions,
  work: (session: PostgresSession) => Promise<unknown>,
): Promise<void> {
  const session = await connectPostgres(address, options);
  try {
    await work(session);
  } finally {
    await session.close();
  }
}
