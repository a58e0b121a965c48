import { type PostgresSession, quoteIdentifier } from '../../../clients/postgres.ts';
import { isSqlError } from '../../../clients/postgres-errors.ts';

/** The rows of the query; undefined where its table or schema does not exist. */
export async function unlessMissing<Result>(query: Promise<Result>): Promise<Result | undefined> {
  try {
    return await query;
  } catch (error) {
    if (isSqlError(error) && (error.code === '42P01' || error.code === '3F000')) return undefined;
    throw error;
  }
}

/** Creates the schema only where it is missing: IF NOT EXISTS needs the right to create it all the same. */
export async function createSchema(session: PostgresSession, schema: string): Promise<void> {
  const [existing] = await session.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (!existing) await session.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
}

/** The tables of a schema, without those of an extension such as PostGIS. */
export async function listTables(session: PostgresSession, schema: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
     ORDER BY c.relname`,
    [schema],
  );
  return rows.map(({ name }) => name);
}
