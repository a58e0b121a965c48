import { randomBytes } from 'node:crypto';
import {
  connectPostgres,
  type PostgresOptions,
  type PostgresSession,
  quoteIdentifier,
} from '../../../clients/postgres.ts';
import { type PostgresAddress, parsePostgresUrl } from '../../../clients/postgres-url.ts';
import type { GateContext } from '../../../core/context.ts';
import type { Target } from '../target.ts';
import { startEmbedded } from './embedded.ts';

/** Milliseconds for dropping a scratch database; a cancelled run has 3 seconds for everything. */
const removalTimeout = 2500;

/** An empty database for trials. */
export interface Scratch {
  session: PostgresSession;
  drop(): Promise<void>;
}

/** Creates a database on the server that `scratch` names, or on one that the gate starts. */
export async function openScratch(target: Target, context: GateContext): Promise<Scratch> {
  const server = target.scratch ? undefined : await startEmbedded(context);
  const url = new URL(target.scratch ?? server?.url ?? '');
  if (server) context.redactor.add(server.url);
  const options = { signal: context.signal, folder: context.workspace, place: target.place };
  const addressOf = (text: string) => parsePostgresUrl(text, 'scratch', target.place);
  const name = `release_gates_${randomBytes(6).toString('hex')}`;
  const admin = addressOf(url.href);
  await inSession(admin, options, session =>
    session.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0`),
  );
  url.pathname = `/${name}`;
  if (target.address.schema) url.searchParams.set('schema', target.address.schema);
  const session = await connectPostgres(addressOf(url.href), options);
  await session.adopt();
  return {
    session,
    drop: async () => {
      await session.close();
      if (server) return server.stop();
      // Also when the run is cancelled, since the server outlives the run. FORCE, since a statement may still be running.
      const signal = AbortSignal.timeout(removalTimeout);
      const drop = `DROP DATABASE IF EXISTS ${quoteIdentifier(name)}${forceClause(session)}`;
      await inSession(admin, { ...options, signal }, another => another.query(drop));
    },
  };
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
