import type { PostgresSession } from '../../clients/postgres.ts';
import { type Finding, type FindingKind, found, type Place } from '../../core/finding.ts';
import { suggestion } from '../../core/nearest.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const missingTable: FindingKind = {
  ...data,
  code: 'schema/missing-table',
  meaning: 'The database does not have a table that the code needs.',
  cause: 'A migration that was never written, a renamed table, or a table in a schema that the search path lacks.',
  remedy: 'Write the migration that creates the table, or correct `require`.',
};

export const missingColumn: FindingKind = {
  ...data,
  code: 'schema/missing-column',
  meaning: 'A table does not have a column that the code needs.',
  cause: 'A migration that was never written or was undone by hand, or a column that was renamed.',
  remedy: 'Write the migration that adds the column, or correct `require`.',
};

/** A table of the database with its columns, if it has any. */
export interface Table {
  schema: string;
  name: string;
  columns: string[] | null;
  /** Place of its schema in the search path; null where a query must name the schema. */
  rank: number | null;
}

/** Tables with the columns that they must have; `schema.table` for one outside of the search path. */
export type Requirements = Record<string, string[]>;

export async function tablesOf(session: PostgresSession): Promise<Table[]> {
  return session.query<Table>(
    `SELECT n.nspname AS schema, c.relname AS name, array_position(current_schemas(false), n.nspname) AS rank,
            array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL) AS columns
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
     GROUP BY n.nspname, c.relname`,
  );
}

/** What the requirements miss in the tables. */
export function missingFrom(
  tables: Table[],
  requirements: Requirements,
  { database, placeOfTable }: { database: string; placeOfTable: (table: string) => Place | undefined },
): Finding[] {
  return Object.entries(requirements).flatMap(([wanted, columns]) => {
    const place = placeOfTable(wanted);
    const table = lookUp(tables, wanted);
    if (!table) {
      const names = tables.map(({ schema, name, rank }) => (rank === null ? `${schema}.${name}` : name));
      const seen = `${database} has no table ${wanted}.`;
      return [found(missingTable, { seen, remedy: remedyOf(missingTable, wanted, names), place })];
    }
    const lacking = columns.filter(column => !table.columns?.includes(column));
    return lacking.map(column => {
      const seen = `The table ${wanted} of ${database} has no column ${column}.`;
      return found(missingColumn, { seen, remedy: remedyOf(missingColumn, column, table.columns ?? []), place });
    });
  });
}

function lookUp(tables: Table[], wanted: string): Table | undefined {
  const inPath = tables.filter(({ name, rank }) => name === wanted && rank !== null);
  const nearest = inPath.sort((a, b) => Number(a.rank) - Number(b.rank))[0];
  return nearest ?? tables.find(({ schema, name }) => `${schema}.${name}` === wanted);
}

function remedyOf(kind: FindingKind, word: string, known: string[]): string {
  return `${suggestion(word, known)} ${kind.remedy}`;
}
