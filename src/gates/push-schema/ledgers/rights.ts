import type { PostgresSession } from '../../../clients/postgres.ts';
import { permissionDenied } from '../../../clients/postgres-errors.ts';
import { type Finding, found } from '../../../core/finding.ts';
import type { Target } from '../options.ts';

/** What to say where the role may not make the ledger in its schema, which may have to be made too. */
export async function missingRights(session: PostgresSession, schema: string, target: Target): Promise<Finding[]> {
  const [row] = await session.query<{ role: string; schema_exists: boolean; may: boolean }>(
    `SELECT current_user AS role, n.oid IS NOT NULL AS schema_exists,
            CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
                 ELSE has_schema_privilege(n.oid, 'CREATE') END AS may
     FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = $1`,
    [schema],
  );
  if (!row || row.may) return [];
  const what = row.schema_exists ? `a table in the schema ${schema}` : `the schema ${schema}`;
  const message = `The role ${row.role} may not create ${what} in ${target.name}, where the ledger of the migrations is to be.`;
  return [found(permissionDenied, { message, place: target.placeOf('database') })];
}
