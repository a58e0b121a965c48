import type { PostgresSession } from '../../../clients/postgres.ts';

export interface LiveColumn {
  name: string;
  /** As `format_type` shows it. */
  type: string;
  notNull: boolean;
  hasDefault: boolean;
}

/** A table, or whatever else has columns or rights of its own, as it is in the database. */
export interface LiveTable {
  schema: string;
  name: string;
  /** Size of its rows on disk; -1 where it has none of its own, as a view. */
  bytes: number;
  /** The planner's estimate; -1 where the table was never analysed. */
  rows: number;
  rowSecurity: boolean;
  policies: number;
  columns: LiveColumn[];
  /** The columns of each valid index. */
  indexes: string[][];
  /** The names of those that are unique, of a primary key and a constraint, too. */
  uniqueIndexes: string[];
  /** The definitions of its validated check constraints. */
  checks: string[];
  /** The names of all its check constraints. */
  checkNames: string[];
  access: Access;
}

/** What the role of the session may do with a table. */
export interface Access {
  owner: string;
  /** Whether the role has the rights of the owner. */
  isOwn: boolean;
  /** Whether the role may become the owner by SET ROLE. */
  maySetOwner: boolean;
  /** Such as `INSERT`: for the table, or for some of its columns. */
  rights: string[];
}

/**
 * What the rules want to know of the tables by these names, or with indexes by these, whatever their schema. As texts the
 * names are hashed; by the index on names, PostgreSQL would look up each of ten thousands by itself.
 */
export async function readLiveTables(session: PostgresSession, names: string[]): Promise<LiveTable[]> {
  const rows = await session.query<LiveTable>(
    `SELECT n.nspname AS schema, c.relname AS name, c.reltuples::float8 AS rows, c.relrowsecurity AS "rowSecurity",
            CASE WHEN c.relkind IN ('v', 'f', 'c', 'S') THEN -1 ELSE (SELECT coalesce(sum(pg_relation_size(relid)), 0)::float8
               FROM (SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p'
                     UNION ALL SELECT c.oid WHERE c.relkind <> 'p') parts) END AS bytes,
            (SELECT count(*)::int FROM pg_policy WHERE polrelid = c.oid) AS policies,
            coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                        'notNull', a.attnotnull, 'hasDefault', a.atthasdef OR a.attidentity <> ''))
                      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
            coalesce((SELECT json_agg((SELECT json_agg(coalesce(a.attname, '') ORDER BY key.place)
                                       FROM unnest(i.indkey) WITH ORDINALITY AS key (number, place)
                                       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.number AND key.number > 0))
                      FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid), '[]') AS indexes,
            coalesce((SELECT json_agg(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                      WHERE i.indrelid = c.oid AND i.indisunique), '[]') AS "uniqueIndexes",
            coalesce((SELECT json_agg(k.conname) FROM pg_constraint k
                      WHERE k.conrelid = c.oid AND k.contype = 'c'), '[]') AS "checkNames",
            coalesce((SELECT json_agg(pg_get_constraintdef(k.oid))
                      FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated), '[]') AS checks,
            json_build_object('owner', pg_get_userbyid(c.relowner), 'isOwn', pg_has_role(c.relowner, 'USAGE'),
              'maySetOwner', pg_has_role(c.relowner, 'MEMBER'),
              'rights', (SELECT coalesce(json_agg(r), '[]') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) r
                         WHERE has_any_column_privilege(c.oid, r))::jsonb
                     || (SELECT coalesce(json_agg(r), '[]') FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) r
                         WHERE has_table_privilege(c.oid, r))::jsonb) AS access
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f', 'c', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND (c.relname::text = ANY ($1)
            OR c.oid IN (SELECT i.indrelid FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE x.relname::text = ANY ($1)))`,
    [names],
  );
  return rows;
}
