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
  /** With its schema, as SQL has it: an index is in that of its table, which its own name never says. */
  name: string;
  /** By which the lint knows it. */
  key: string;
  /** The process of the session that is still at work on the indexes of its table, if there is one. */
  builder: number | null;
}

/** One table has one session at work on its indexes at most: CONCURRENTLY takes a lock that keeps others out. */
const invalid = `SELECT format('%I.%I', n.nspname, c.relname) AS name, format('invalid_index_%s_%s', n.nspname, c.relname) AS key,
    (SELECT min(p.pid) FROM pg_stat_progress_create_index p WHERE p.relid = i.indrelid) AS builder
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname <> 'pg_toast'`;

/** All the invalid indexes of a database. */
export async function invalidIndexesIn(session: PostgresSession): Promise<Index[]> {
  return session.query<Index>(invalid);
}

/**
 * The invalid indexes that a statement leaves when it is ended: of CREATE INDEX CONCURRENTLY the index, unless it names
 * it itself; of REINDEX CONCURRENTLY those that end in `_ccnew` or `_ccold` (docs: PostgreSQL, REINDEX, Rebuilding
 * Indexes Concurrently).
 */
export async function invalidIndexesOf(session: PostgresSession, statement: string): Promise<Index[]> {
  const { index, table } = named.exec(statement)?.groups ?? {};
  if (index && table) {
    const made = `${invalid} AND c.relname = (parse_ident($1))[1] AND i.indrelid = to_regclass($2)`;
    return session.query<Index>(made, [index, table]);
  }
  const { kind, object } = rebuilding.exec(statement)?.groups ?? {};
  if (!kind) return [];
  const within = /index|table/i.test(kind) ? object : null; // else wherever they are
  return session.query<Index>(
    `${invalid} AND c.relname ~ '_cc(new|old)[0-9]*$' AND ($1::text IS NULL OR i.indrelid = to_regclass($1)
       OR i.indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass($1)))`,
    [within ?? null],
  );
}

/** Drops the invalid indexes that a statement has left, and answers with their names. */
export async function removeInvalidIndexes(session: PostgresSession, statement: string): Promise<string[]> {
  const left = (await invalidIndexesOf(session, statement)).filter(({ builder }) => builder === null);
  for (const { name } of left) await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  return left.map(({ name }) => name);
}

/**
 * Whether the very index is there and valid: then a run before this one was killed between building it and writing so
 * into the ledger. Only for an index on plain columns, where that is certain.
 */
export async function builtBefore(session: PostgresSession, statement: string): Promise<boolean> {
  const { index, table, columns, unique, more } = creation.exec(statement)?.groups ?? {};
  if (!index || !table || !columns || more?.trim()) return false;
  const rows = await session.query(
    `SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indisvalid AND i.indrelid = to_regclass($1) AND c.relname = (parse_ident($2))[1] AND i.indisunique = $3
       AND i.indpred IS NULL AND i.indexprs IS NULL AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
       AND ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k (number, place)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place) = $4::text[]`,
    [table, index, unique !== undefined, columns.split(',').map(plainName)],
  );
  return rows.length > 0;
}

function plainName(column: string): string {
  const trimmed = column.trim();
  return trimmed.startsWith('"') ? trimmed.slice(1, -1) : trimmed.toLowerCase();
}
