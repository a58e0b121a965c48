import type { PostgresSession } from '../../../clients/postgres.ts';

/** What the role of the session may do in a database, apart from its tables. */
export interface LiveRights {
  role: string;
  isSuperuser: boolean;
  /** Whether the provider lets the role do more than the catalog of PostgreSQL shows. */
  isManaged: boolean;
  mayCreateRoles: boolean;
  mayCreateSchemas: boolean;
  schemas: SchemaRights[];
  extensions: Extension[];
}

interface SchemaRights {
  name: string;
  isOwn: boolean;
  mayCreate: boolean;
}

/** An extension that the server could create, or has. */
interface Extension {
  name: string;
  isInstalled: boolean;
  /** Whether a role without superuser rights may create it (PostgreSQL 13 and later). */
  isTrusted: boolean;
}

/**
 * Providers give their administrators some rights of a superuser (docs: Amazon RDS, rds_superuser; Cloud SQL,
 * cloudsqlsuperuser; Azure Database, azure_pg_admin; Neon, neon_superuser; supabase/supautils, README).
 */
const managed = `EXISTS (SELECT FROM pg_roles m WHERE m.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'neon_superuser')
    AND pg_has_role(m.oid, 'USAGE'))
  OR current_setting('supautils.privileged_role', true) = current_user`;

export async function readLiveRights(session: PostgresSession): Promise<LiveRights | undefined> {
  const trusted = session.serverVersion >= 130000 ? 'bool_or(v.trusted)' : 'false';
  const [rights] = await session.query<LiveRights>(
    `SELECT current_user AS role, r.rolsuper AS "isSuperuser", ${managed} AS "isManaged",
       r.rolcreaterole AS "mayCreateRoles", has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchemas",
       (SELECT coalesce(json_agg(json_build_object('name', nspname, 'isOwn', pg_has_role(nspowner, 'USAGE'),
          'mayCreate', has_schema_privilege(oid, 'CREATE'))), '[]') FROM pg_namespace) AS schemas,
       (SELECT coalesce(json_agg(e), '[]') FROM (SELECT v.name, bool_or(v.installed) AS "isInstalled", ${trusted} AS "isTrusted"
          FROM pg_available_extension_versions v GROUP BY v.name) e) AS extensions
     FROM pg_roles r WHERE r.rolname = current_user`,
  );
  return rights;
}
