import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import { canonicalName, parseType } from '../catalog/names.ts';
import type { Target } from '../target.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const missingTable: FindingKind = {
  ...data,
  code: 'schema/missing-table',
  meaning: 'The database does not have a table that the code needs.',
  cause: 'A migration that was never written, a renamed table, or a table in a schema outside of the search path.',
  help: 'Write the migration that creates the table, or correct `require`.',
};

export const missingColumn: FindingKind = {
  ...data,
  code: 'schema/missing-column',
  meaning: 'A table does not have a column that the code needs.',
  cause: 'A migration that was never written or was undone by hand, or a column that was renamed.',
  help: 'Write the migration that adds the column, or correct `require`.',
};

export const wrongColumnType: FindingKind = {
  ...data,
  code: 'schema/wrong-column-type',
  meaning: 'The type of a column is not the one that the code needs.',
  cause: 'A migration that was never written, or a change by hand.',
  help: 'Write the migration that changes the type, or correct `require`.',
};

/** A table of the database with its columns. */
export interface Table {
  schema: string;
  name: string;
  /** Their types, as `format_type` shows them, by name. */
  columns: Record<string, string>;
  /** Position of its schema in the search path; null where a query must name the schema. */
  rank: number | null;
}

export async function readTables(session: PostgresSession): Promise<Table[]> {
  return session.query<Table>(
    `SELECT n.nspname AS schema, c.relname AS name, array_position(current_schemas(false), n.nspname) AS rank,
            coalesce(json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) FILTER (WHERE a.attname IS NOT NULL), '{}') AS columns
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
     GROUP BY n.nspname, c.relname`,
  );
}

/** Reports required tables and columns that the database does not have. */
export function findMissingColumns(tables: Table[], { require, name: database, placeOf }: Target): Finding[] {
  return [...require].flatMap(([wanted, { columns }]) => {
    const place = placeOf('require', wanted);
    const table = lookUp(tables, wanted);
    if (!table) {
      const names = tables.map(({ schema, name, rank }) => (rank === null ? `${schema}.${name}` : name));
      const message = `${database} has no table ${wanted}.`;
      return [found(missingTable, { message, help: suggestHelp(missingTable, wanted, names), place })];
    }
    return [...columns].flatMap(([column, type]) => {
      const actual = table.columns[column];
      if (actual === undefined) {
        const message = `The table ${wanted} of ${database} has no column ${column}.`;
        const help = suggestHelp(missingColumn, column, Object.keys(table.columns));
        return [found(missingColumn, { message, help, place })];
      }
      if (type === undefined || isType(actual, type)) return [];
      const message = `The column ${wanted}.${column} of ${database} is ${actual}, but the code needs ${type}.`;
      return [found(wrongColumnType, { message, place })];
    });
  });
}

/** Modifiers only count where they are given: `varchar(50)` needs that length, `varchar` any. */
function isType(actual: string, wanted: string): boolean {
  const [is, asked] = [parseType(actual), parseType(wanted.toLowerCase().trim())];
  const same = canonicalName(is.name) === canonicalName(asked.name);
  return same && (asked.modifiers.length === 0 || asked.modifiers.join() === is.modifiers.join());
}

function lookUp(tables: Table[], wanted: string): Table | undefined {
  const inPath = tables.filter(({ name, rank }) => name === wanted && rank !== null);
  const nearest = inPath.sort((a, b) => Number(a.rank) - Number(b.rank))[0];
  return nearest ?? tables.find(({ schema, name }) => `${schema}.${name}` === wanted);
}

function suggestHelp(kind: FindingKind, word: string, known: string[]): string {
  return `${suggestName(word, known)} ${kind.help}`;
}
