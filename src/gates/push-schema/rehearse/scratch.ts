import { randomBytes } from 'node:crypto';
import { connectPostgres, type PostgresSession, quoted } from '../../../clients/postgres.ts';
import { parsePostgresUrl } from '../../../clients/postgres-url.ts';
import type { GateContext } from '../../../core/context.ts';
import type { Target } from '../options.ts';
import { startEmbedded } from './embedded.ts';

/** An empty database to try things on. */
export interface Scratch {
  session: PostgresSession;
  drop(): Promise<void>;
}

/** Makes a database of its own on the server that `scratch` names, or on one that is started for it. */
export async function openScratch(target: Target, context: GateContext): Promise<Scratch> {
  const server = target.scratch ? undefined : await startEmbedded(context.variables);
  const url = new URL(target.scratch ?? server?.url ?? '');
  if (server) context.redactor.add(server.url);
  const options = { signal: context.signal, folder: context.workspace, place: target.place };
  const addressOf = (text: string) => parsePostgresUrl(text, 'scratch', target.place);
  const name = `release_gates_${randomBytes(6).toString('hex')}`;
  const admin = await connectPostgres(addressOf(url.href), options);
  await admin.query(`CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
  url.pathname = `/${name}`;
  if (target.address.schema) url.searchParams.set('schema', target.address.schema);
  const session = await connectPostgres(addressOf(url.href), options);
  return {
    session,
    drop: async () => {
      await session.close();
      if (!context.signal.aborted) await admin.query(`DROP DATABASE ${quoted(name)}`);
      await admin.close();
      await server?.stop();
    },
  };
}
