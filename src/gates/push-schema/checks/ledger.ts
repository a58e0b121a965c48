import { ignoredParameter, permissionDenied } from '../../../clients/postgres-errors.ts';
import { wakePostgres } from '../../../clients/postgres-wake.ts';
import { unknownReference } from '../../../config/findings.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { type Database, explainErrors, openDatabase, refuseTransactionPooler } from '../database.ts';
import { inspect } from '../live-lints/inspect.ts';
import { namesOf } from '../migration.ts';
import { createPlan, listBaseline, type Planned } from '../plan.ts';
import type { Target } from '../target.ts';

/** Opens the database and plans the push. Its session outlives this check where the plan is the check's value. */
export function ledgerCheck(target: Target, context: GateContext): Check<Planned> {
  return {
    name: `${target.name}.ledger`,
    boundary: 'data',
    run: async signal => {
      const abandoned = AbortSignal.any([context.signal, signal]);
      const database = await openDatabase(target, { ...context, signal: abandoned });
      try {
        const planned = await explainErrors(target, () => plan(database, context));
        abandoned.throwIfAborted();
        const findings = [...reportIgnored(target), ...database.faults, ...planned.plan.findings];
        return { ...concludeFrom(findings, describePlan(planned)), value: planned };
      } catch (error) {
        await database.session.close();
        throw error;
      }
    },
  };
}

async function plan(database: Database, context: GateContext): Promise<Planned> {
  const { target, session } = database;
  await refuseTransactionPooler(database, context);
  await session.adopt();
  if (target.baseline && listBaseline(database).length === 0) throw rejectBaseline(target.baseline, database);
  await reachOther(target, context);
  const created = await createPlan(database);
  if (created.pending.length > 0) await refuseReadOnly(database);
  if (!target.command && (created.pending.length > 0 || created.baseline.length > 0)) {
    const missing = created.state.exists ? await findMissingWrites(database) : await findMissingCreation(database);
    if (missing.length > 0) throw new GateError([...missing, ...created.findings]);
  }
  return { database, plan: created, inspection: await inspect(session, target.rowLevelSecurity) };
}

function reportIgnored({ address, name, placeOf }: Target): Finding[] {
  return address.ignored.map(parameter => {
    const message = `The connection string of ${name} has the parameter ${parameter}, which has no effect on the gate.`;
    return found(ignoredParameter, { message, place: placeOf('database') });
  });
}

/** An environment that cannot be compared with after the push must be known before the gate changes anything. */
async function reachOther({ compareWith, placeOf }: Target, { signal, workspace }: GateContext): Promise<void> {
  if (!compareWith) return;
  const other = await wakePostgres(compareWith, { signal, folder: workspace, place: placeOf('compare-with') });
  await other.close();
}

export const readOnlyDatabase: FindingKind = {
  code: 'schema/read-only-database',
  severity: 'error',
  boundary: 'data',
  meaning: 'Migrations are pending, but the database accepts no writes. Nothing was changed.',
  cause:
    'The address of a replica, `default_transaction_read_only`, or a provider that has stopped writes because the disk is full.',
  help: 'Use the address of the primary, or make room and make the database writable again at its provider.',
};

async function refuseReadOnly({ session, target }: Database): Promise<void> {
  const [row] = await session.query<{ standby: boolean; readonly: boolean }>(
    "SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS readonly",
  );
  if (!row?.standby && !row?.readonly) return;
  const why = row.standby ? 'is a replica' : 'only admits read-only transactions';
  const message = `Migrations are pending for ${target.name}, but ${target.address.name} ${why}.`;
  throw new GateError([found(readOnlyDatabase, { message, place: target.placeOf('database') })]);
}

/** The role must be able to create the ledger, and its schema where that does not exist. */
async function findMissingCreation({ session, tool, target }: Database): Promise<Finding[]> {
  const schema = tool.ledger.schema(session);
  const [row] = await session.query<{ role: string; schema_exists: boolean; may: boolean }>(
    `SELECT current_user AS role, n.oid IS NOT NULL AS schema_exists,
            CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
                 ELSE has_schema_privilege(n.oid, 'CREATE') END AS may
     FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = $1`,
    [schema],
  );
  if (!row || row.may) return [];
  const what = row.schema_exists ? `a table in the schema ${schema}` : `the schema ${schema}`;
  const message = `The role ${row.role} may not create ${what} in ${target.name}, which the ledger of the migrations needs.`;
  return [found(permissionDenied, { message, place: target.placeOf('database') })];
}

/** The role must be able to write to the ledger that exists. */
async function findMissingWrites({ session, tool, target }: Database): Promise<Finding[]> {
  const { owns, writes = ['INSERT'] } = tool.ledger;
  const rows = await session.query<{ role: string; table: string; right: string }>(
    `SELECT current_user AS role, format('%I.%I', n.nspname, c.relname) AS table, w AS right
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN unnest($3::text[]) w
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND ($2::text[] IS NULL OR c.relname = ANY ($2))
       AND NOT has_any_column_privilege(c.oid, w)`,
    [tool.ledger.schema(session), owns.tables ?? null, writes],
  );
  return rows.map(({ role, table, right }) => {
    const message = `The role ${role} lacks the right ${right} on ${table}, the ledger of the migrations of ${target.name}.`;
    const help = `Use the connection string of the role that owns the tables, or run \`GRANT ${writes.join(', ')} ON ${table} TO ${role}\`.`;
    return found(permissionDenied, { message, help, place: target.placeOf('database') });
  });
}

function rejectBaseline(baseline: string, { target, migrations }: Database): GateError {
  const message = `\`baseline\` of ${target.name} names the migration "${baseline}", which is not in ${target.folder}.`;
  const names = migrations.map(({ name }) => name);
  return new GateError([
    found(unknownReference, { message, help: suggestName(baseline, names), place: target.placeOf('baseline') }),
  ]);
}

function describePlan({ database: { tool }, plan: { head, pending } }: Planned): string {
  const at = head === undefined ? 'nothing applied yet' : `at ${head}`;
  const rest = pending.length === 0 ? 'nothing pending' : `${pending.length} pending: ${namesOf(pending)}`;
  return `${tool.name}, ${at}, ${rest}`;
}
