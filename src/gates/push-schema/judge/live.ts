import type { PostgresSession } from '../../../clients/postgres.ts';

export interface LiveColumn {
  name: string;
  /** As `format_type` shows it. */
  type: string;
  notNull: boolean;
  hasDefault: boolean;
}

/** A table as it is in the database. */
export interface LiveTable {
  schema: string;
  name: string;
  /** Size of its rows on disk. */
  bytes: number;
  /** The planner's estimate; -1 where the table was never analysed. */
  rows: number;
  rowSecurity: boolean;
  policies: number;
  columns: LiveColumn[];
  /** The columns of each valid index. */
  indexes: string[][];
  /** The definitions of its validated check constraints. */
  checks: string[];
}

/** What the rules want to know of the tables by these names, whatever their schema. */
export async function liveTables(session: PostgresSession, names: string[]): Promise<LiveTable[]> {
  const rows = await session.query<LiveTable>(
    `SELECT n.nspname AS schema, c.relname AS name, c.reltuples::float8 AS rows, c.relrowsecurity AS "rowSecurity",
            (SELECT coalesce(sum(pg_relation_size(relid)), 0)::float8
               FROM (SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p'
                     UNION ALL SELECT c.oid WHERE c.relkind <> 'p') parts) AS bytes,
            (SELECT count(*)::int FROM pg_policy WHERE polrelid = c.oid) AS policies,
            coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                        'notNull', a.attnotnull, 'hasDefault', a.atthasdef OR a.attidentity <> ''))
                      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
            coalesce((SELECT json_agg((SELECT json_agg(coalesce(a.attname, '') ORDER BY key.place)
                                       FROM unnest(i.indkey) WITH ORDINALITY AS key (number, place)
                                       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.number AND key.number > 0))
                      FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid), '[]') AS indexes,
            coalesce((SELECT json_agg(pg_get_constraintdef(k.oid))
                      FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated), '[]') AS checks
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm') AND c.relname = ANY ($1) AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
    [names],
  );
  return rows;
}
