import type { Node } from 'libpg-query';
import { GateError } from '../core/errors.ts';
import { type FindingKind, found, type Place } from '../core/finding.ts';
import type { PostgresSession } from './postgres.ts';
import { isObject, walkNodes } from './postgres-nodes.ts';
import { loadPostgresParser, SyntaxFault } from './postgres-parser.ts';

export const queryNotReadOnly: FindingKind = {
  code: 'database/query-not-read-only',
  severity: 'error',
  boundary: 'data',
  meaning: 'A query of the configuration may do more than read, so the gate does not run it.',
  cause:
    'A statement other than SELECT, SQL that is not valid, or a function that PostgreSQL does not know to be free of side effects.',
  help: 'Write one SELECT. If it calls a function of your own that only reads, declare that: `ALTER FUNCTION <name> STABLE`.',
};

/**
 * Volatile functions of PostgreSQL that change nothing: they differ from call to call, or ask the server of its state
 * (docs: PostgreSQL 18, Function Volatility Categories; read from `pg_proc` of 18.4).
 */
const harmless = new Set(
  [
    'array_sample array_shuffle clock_timestamp current_query currval gen_random_uuid lastval random random_normal timeofday',
    'txid_status uuidv4 uuidv7 pg_blocking_pids pg_collation_actual_version pg_current_wal_flush_lsn pg_current_wal_insert_lsn',
    'pg_current_wal_lsn pg_database_collation_actual_version pg_database_size pg_indexes_size pg_is_in_recovery',
    'pg_is_wal_replay_paused pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn',
    'pg_last_xact_replay_timestamp pg_lock_status pg_notification_queue_usage pg_partition_ancestors pg_partition_tree',
    'pg_prepared_xact pg_relation_size pg_sequence_last_value pg_sleep pg_sleep_for pg_sleep_until pg_stat_have_stats pg_table_size pg_tablespace_size',
    'pg_total_relation_size pg_xact_commit_timestamp pg_xact_status',
  ].flatMap(line => line.split(' ')),
);

/** A query of the user, which is checked before it is asked for the first time. */
export interface Reading {
  /** Loads what the check needs, which takes a tenth of a second. */
  prepare(): Promise<void>;
  /** The rows, read in a read-only transaction. Throws a GateError for a query that does more than read. */
  ask<Row extends object>(session: PostgresSession, values?: unknown[]): Promise<Row[]>;
}

/** `help` says how else to do what only a reading may not. */
export function createReading(sql: string, place: Place | undefined, help = queryNotReadOnly.help): Reading {
  let isChecked = sql === 'SELECT 1';
  const check = async (session: PostgresSession) => {
    const does = isChecked ? undefined : await findSideEffect(session, sql);
    if (does !== undefined) {
      throw new GateError([found(queryNotReadOnly, { message: `The query ${does}.`, help, ...(place && { place }) })]);
    }
    isChecked = true;
  };
  return {
    prepare: async () => {
      if (!isChecked) await loadPostgresParser();
    },
    ask: async <Row extends object>(session: PostgresSession, values: unknown[] = []) => {
      await check(session);
      let rows: Row[] = [];
      await session.transaction({ transaction_read_only: 'on' }, async () => {
        rows = await session.ask<Row>(sql, values);
      });
      return rows;
    },
  };
}

/** A function or operator, with its schema where the statement has it. */
interface Name {
  schema: string;
  name: string;
}

/**
 * Whether a statement only reads: one SELECT whose functions and operators have no side effects, for a read-only
 * transaction still lets `COPY … TO PROGRAM`, `pg_notify` and `pg_reload_conf` through. Returns what else it does, to
 * complete "The statement …". It does not look into views and functions of the database that claim to be stable.
 */
export async function findSideEffect(session: PostgresSession, sql: string): Promise<string | undefined> {
  const { parse } = await loadPostgresParser();
  const statements = parseOrFail(sql, parse);
  if (typeof statements === 'string') return statements;
  const [statement] = statements;
  if (statements.length !== 1 || statement === undefined || !('SelectStmt' in statement))
    return 'is not a single SELECT';
  if (changesData(statement)) return 'changes data';
  const called = await findVolatile(session, listCalls(statement));
  return called && `calls ${called}, which may have side effects`;
}

function parseOrFail(sql: string, parse: (script: string) => { statements: { node: Node }[] }): Node[] | string {
  try {
    return parse(sql).statements.map(({ node }) => node);
  } catch (error) {
    if (error instanceof SyntaxFault) return `cannot be parsed: ${error.message}`;
    throw error;
  }
}

function changesData(statement: Node): boolean {
  let found = false;
  walkNodes(statement, key => {
    found ||= /^(?:InsertStmt|UpdateStmt|DeleteStmt|MergeStmt|intoClause)$/.test(key);
  });
  return found;
}

interface Calls {
  functions: Name[];
  operators: Name[];
}

function listCalls(statement: Node): Calls {
  const calls: Calls = { functions: [], operators: [] };
  walkNodes(statement, (key, value) => {
    if (!isObject(value)) return;
    if (key === 'FuncCall') calls.functions.push(toName(value.funcname));
    if (key === 'A_Expr' || key === 'SortBy' || key === 'SubLink') {
      const name = toName(value.name ?? value.useOp ?? value.operName);
      if (name.name !== '') calls.operators.push(name);
    }
  });
  return calls;
}

function toName(parts: unknown): Name {
  const names = (Array.isArray(parts) ? parts : []).map(part => String(part?.String?.sval ?? ''));
  return { schema: names.at(-2) ?? '', name: names.at(-1) ?? '' };
}

/** Every overload counts, since the server chooses one by types that are not known here. */
const volatileFunctions = `
  SELECT DISTINCT nspname AS schema, proname AS name
  FROM unnest($1::text[], $2::text[]) AS called (schema, name)
  JOIN pg_proc ON proname = called.name AND provolatile = 'v'
  JOIN pg_namespace ON pg_namespace.oid = pronamespace
  WHERE nspname = called.schema OR (called.schema = '' AND pg_function_is_visible(pg_proc.oid))`;

const volatileOperators = `
  SELECT DISTINCT pg_namespace.nspname AS schema, oprname AS name
  FROM unnest($1::text[], $2::text[]) AS called (schema, name)
  JOIN pg_operator ON oprname = called.name
  JOIN pg_namespace ON pg_namespace.oid = oprnamespace
  JOIN pg_proc ON pg_proc.oid = oprcode AND provolatile = 'v'
  WHERE nspname = called.schema OR (called.schema = '' AND pg_operator_is_visible(pg_operator.oid))`;

async function findVolatile(session: PostgresSession, { functions, operators }: Calls): Promise<string | undefined> {
  const columns = (names: Name[]) => [names.map(({ schema }) => schema), names.map(({ name }) => name)];
  const found = functions.length > 0 ? await session.query<Name>(volatileFunctions, columns(functions)) : [];
  const risky = found.find(({ schema, name }) => schema !== 'pg_catalog' || !harmless.has(name));
  if (risky) return `${risky.name}()`;
  const [operator] = operators.length > 0 ? await session.query<Name>(volatileOperators, columns(operators)) : [];
  return operator && `the operator ${operator.name}`;
}
