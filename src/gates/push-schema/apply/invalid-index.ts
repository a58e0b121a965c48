import type { PostgresSession } from '../../../clients/postgres.ts';

const name = '(?:"[^"]+"|\\w+)(?:\\.(?:"[^"]+"|\\w+))?';
const creation = new RegExp(
  `^create (?<unique>unique )?index concurrently (?:if not exists )?(?<index>${name}) on (?:only )?(?<table>${name})(?: using \\w+)? ?\\((?<columns>[\\w", ]+)\\)(?<more>.*)$`,
  'i',
);
const named = new RegExp(
  `^create (?:unique )?index concurrently (?:if not exists )?(?<index>${name}) on (?:only )?(?<table>${name})`,
  'i',
);
const rebuilding = new RegExp(
  `^reindex (?:\\(.*?\\) )?(?<kind>index|table|schema|database)(?: concurrently)?(?: (?<object>${name}))?`,
  'i',
);

interface Index {
  /** With its schema, quoted: an index is in the schema of its table, which its own name does not show. */
  name: string;
  /** The key that the lint gives it. */
  key: string;
  /** The pid of the session that is building an index of the same table, if there is one. */
  builder: number | null;
}

/** At most one session builds an index of a table: CONCURRENTLY takes a lock that keeps others out. */
const invalid = `SELECT format('%I.%I', n.nspname, c.relname) AS name, format('invalid_index_%s_%s', n.nspname, c.relname) AS key,
    (SELECT min(p.pid) FROM pg_stat_progress_create_index p WHERE p.relid = i.indrelid) AS builder
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname <> 'pg_toast'`;

/** All invalid indexes of the database. */
export async function listInvalidIndexes(session: PostgresSession): Promise<Index[]> {
  return session.query<Index>(invalid);
}

/**
 * The invalid indexes that an interrupted statement leaves: the named one of CREATE INDEX CONCURRENTLY, and those of
 * REINDEX CONCURRENTLY that end in `_ccnew` or `_ccold` (docs: PostgreSQL, REINDEX, Rebuilding Indexes Concurrently).
 */
export async function findInvalidIndexes(session: PostgresSession, statement: string): Promise<Index[]> {
  const { index, table } = named.exec(statement)?.groups ?? {};
  if (index && table) {
    const created = `${invalid} AND c.relname = (parse_ident($1))[1] AND i.indrelid = to_regclass($2)`;
    return session.query<Index>(created, [index, table]);
  }
  const { kind, object } = rebuilding.exec(statement)?.groups ?? {};
  if (!kind) return [];
  const within = /index|table/i.test(kind) ? object : null; // otherwise in the whole database
  return session.query<Index>(
    `${invalid} AND c.relname ~ '_cc(new|old)[0-9]*$' AND ($1::text IS NULL OR i.indrelid = to_regclass($1)
       OR i.indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass($1)))`,
    [within ?? null],
  );
}

/** Drops the invalid indexes that a statement has left, unless a session is still building them. Returns their names. */
export async function removeInvalidIndexes(session: PostgresSession, statement: string): Promise<string[]> {
  const left = (await findInvalidIndexes(session, statement)).filter(({ builder }) => builder === null);
  for (const { name } of left) await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  return left.map(({ name }) => name);
}

/**
 * Whether exactly this index exists and is valid: then an earlier run was killed after it built the index and before it
 * wrote the ledger. Only for an index on plain columns, where the comparison is certain.
 */
export async function isBuilt(session: PostgresSession, statement: string): Promise<boolean> {
  const { index, table, columns, unique, more } = creation.exec(statement)?.groups ?? {};
  if (!index || !table || !columns || more?.trim()) return false;
  const rows = await session.query(
    `SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indisvalid AND i.indrelid = to_regclass($1) AND c.relname = (parse_ident($2))[1] AND i.indisunique = $3
       AND i.indpred IS NULL AND i.indexprs IS NULL AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
       AND ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k (number, place)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place) = $4::text[]`,
    [table, index, unique !== undefined, columns.split(',').map(unquoteColumn)],
  );
  return rows.length > 0;
}

function unquoteColumn(column: string): string {
  const trimmed = column.trim();
  return trimmed.startsWith('"') ? trimmed.slice(1, -1) : trimmed.toLowerCase();
}
