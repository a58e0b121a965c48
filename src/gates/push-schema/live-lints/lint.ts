import type { FindingKind } from '../../../core/finding.ts';

/** One thing that must not be in a database. */
export interface Lint {
  kind: FindingKind;
  /** Its name in splinter, Supabase's linter; cache keys start with it. */
  name?: string;
  /**
   * Whether it is about what the roles of a public API (`anon`, `authenticated`) may see. It only runs where they exist.
   */
  exposed: boolean;
  /** Returns each `subject`, as a sentence names it, and the `key` that `allow` takes. */
  query: string;
  /** The end of a sentence that begins with the subject. */
  predicate: string;
}

/** Schemas of PostgreSQL, of extensions and of the platform; the list is splinter's. */
export const foreignSchemas = `('_timescaledb_internal', 'auth', 'cron', 'extensions', 'graphql', 'graphql_public',
  'information_schema', 'net', 'pgroonga', 'pgsodium', 'pgsodium_masks', 'pgtle', 'pgbouncer', 'pg_catalog', 'pg_toast',
  'realtime', 'repack', 'storage', 'supabase_functions', 'supabase_migrations', 'tiger', 'topology', 'vault')`;

/** Whether a role of the public API may read the relation `c`. */
export const readable = `EXISTS (SELECT FROM pg_roles r WHERE r.rolname IN ('anon', 'authenticated')
  AND has_table_privilege(r.oid, c.oid, 'SELECT'))`;

/** Whether the relation or function with this oid came with an extension. */
export function ofExtension(oid: string): string {
  return `EXISTS (SELECT FROM pg_depend d WHERE d.objid = ${oid} AND d.deptype = 'e')`;
}

/** Whether the view `c` reads with the rights of the caller. */
export const isInvoker = `coalesce(array_to_string(c.reloptions, ',') ~* 'security_invoker=(1|true|yes|on)', false)`;
