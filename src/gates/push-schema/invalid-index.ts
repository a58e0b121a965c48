import { type PostgresSession, quoted } from '../../clients/postgres.ts';

const name = '(?:"[^"]+"|\\w+)(?:\\.(?:"[^"]+"|\\w+))?';
const creation = new RegExp(
  `^create (?<unique>unique )?index concurrently (?:if not exists )?(?<index>${name}) on (?:only )?(?<table>${name})(?: using \\w+)? ?\\((?<columns>[\\w", ]+)\\)(?<more>.*)$`,
  'i',
);
const named = new RegExp(
  `^create (?:unique )?index concurrently (?:if not exists )?(?<index>${name}) on (?:only )?(?<table>${name})`,
  'i',
);

/** An index is in the schema of its table, which its own name never says. */
interface Index {
  schema: string;
  name: string;
  /** Whether a session is still at work on it. */
  building: boolean;
}

/** The invalid index that CREATE INDEX CONCURRENTLY leaves when it is ended; none for one that it names itself. */
async function invalidIndexes(session: PostgresSession, statement: string): Promise<Index[]> {
  const { index, table } = named.exec(statement)?.groups ?? {};
  if (!index || !table) return [];
  return session.query<Index>(
    `SELECT n.nspname AS schema, c.relname AS name,
            EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) AS building
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT i.indisvalid AND c.relname = (parse_ident($1))[1] AND i.indrelid = to_regclass($2)`,
    [index, table],
  );
}

/**
 * Drops the invalid index that a failed CREATE INDEX CONCURRENTLY leaves, and answers with its name, as SQL has it; one
 * that the statement does not name is left to its finding.
 */
export async function removeInvalidIndex(session: PostgresSession, statement: string): Promise<string[]> {
  const left = (await invalidIndexes(session, statement)).filter(({ building }) => !building);
  for (const index of left) await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${nameOf(index)}`);
  return left.map(nameOf);
}

/** The names of the invalid indexes that the statement has left and that are still there, as SQL has them. */
export async function remainingInvalidIndexes(session: PostgresSession, statement: string): Promise<string[]> {
  return (await invalidIndexes(session, statement)).map(nameOf);
}

function nameOf({ schema, name }: Index): string {
  return `${quoted(schema)}.${quoted(name)}`;
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
