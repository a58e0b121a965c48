import type { PostgresSession } from '../../clients/postgres.ts';

const name = '(?:"[^"]+"|\\w+)(?:\\.(?:"[^"]+"|\\w+))?';
const creation = new RegExp(
  `^create (?<unique>unique )?index concurrently (?:if not exists )?(?<index>${name}) on (?:only )?(?<table>${name})(?: using \\w+)? ?\\((?<columns>[\\w", ]+)\\)(?<more>.*)$`,
  'i',
);
const named = new RegExp(`^create (?:unique )?index concurrently (?:if not exists )?(${name}) on\\b`, 'i');

/** An index is in the schema of its table, which its own name never says. */
interface Index {
  schema: string;
  name: string;
}

/** Drops the invalid index that a failed CREATE INDEX CONCURRENTLY leaves; one without a name is left to its finding. */
export async function removeInvalidIndex(session: PostgresSession, statement: string): Promise<void> {
  const index = named.exec(statement)?.[1];
  if (index === undefined) return;
  const invalid = await session.query<Index>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_index i
     JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT i.indisvalid AND c.relname = (parse_ident($1))[1] AND NOT EXISTS (
       SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)`,
    [index],
  );
  for (const { schema, name } of invalid) {
    await session.query(`DROP INDEX CONCURRENTLY IF EXISTS "${schema}"."${name.replaceAll('"', '""')}"`);
  }
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
