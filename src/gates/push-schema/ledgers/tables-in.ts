import type { PostgresSession } from '../../../clients/postgres.ts';

/** The tables of a schema; those that an extension brought (PostGIS) do not count. */
export async function tablesIn(session: PostgresSession, schema: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
     ORDER BY c.relname`,
    [schema],
  );
  return rows.map(({ name }) => name);
}
