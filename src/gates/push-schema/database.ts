import { posix } from 'node:path';
import type { PostgresSession } from '../../clients/postgres.ts';
import { explainPostgresError } from '../../clients/postgres-errors.ts';
import { detectPooler } from '../../clients/postgres-pooler.ts';
import { wakePostgres } from '../../clients/postgres-wake.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { Applier } from './apply/applier.ts';
import type { Migration } from './migration.ts';
import { type Target, transactionPooler } from './target.ts';
import { readMigrations } from './tools/read-migrations.ts';
import type { Tool } from './tools/tool.ts';

/** A database that the gate has connected to, and the migrations that the repository has for it. */
export interface Database {
  target: Target;
  session: PostgresSession;
  tool: Tool;
  migrations: Migration[];
  /** Files among the migrations that are not as they should be. */
  faults: Finding[];
  applier: Applier;
}

/** Reads the folder and connects. Throws a GateError if it cannot. The caller closes the session. */
export async function openDatabase(target: Target, context: GateContext): Promise<Database> {
  const { folder: path, tool: key, limits } = target;
  const place = target.placeOf('migrations');
  const folder = await readMigrations({ workspace: context.workspace, path, tool: key, place });
  const { tool, migrations, findings: faults } = folder;
  const session = await connectTarget(target, context);
  const applier = new Applier({ session, ledger: tool.ledger, limits, context });
  return { target, session, tool, migrations, faults, applier };
}

/** Throws a GateError where each transaction may run in another session: no session lock would hold. */
export async function refuseTransactionPooler({ target, session }: Database, context: GateContext): Promise<void> {
  const open = (signal: AbortSignal) =>
    connectTarget(target, { ...context, signal: AbortSignal.any([signal, context.signal]) });
  if ((await detectPooler(session, open)) !== 'transaction') return;
  const message = `The connection string of ${target.name} leads to a pooler in transaction mode: the session changed between statements, or two connections shared one.`;
  throw new GateError([found(transactionPooler, { message, place: target.placeOf('database') })]);
}

/** Opens a session as the role of the configuration. Throws a GateError if it cannot. */
export function connectTarget(target: Target, { signal, workspace }: GateContext): Promise<PostgresSession> {
  const { address, role, folder, placeOf } = target;
  const schemaFolder = posix.dirname(folder);
  return wakePostgres(address, { signal, folder: workspace, schemaFolder, place: placeOf('database'), role });
}

/** Runs the work. An error of the database or of the network becomes a GateError that a person understands. */
export async function explainErrors<Result>(target: Target, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw explainError(target, error);
  }
}

export function explainError({ address, placeOf }: Target, error: unknown): unknown {
  return explainPostgresError(error, { name: address.name, place: placeOf('database') });
}
