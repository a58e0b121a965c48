import type { FindingKind } from '../../../core/finding.ts';

/** One thing that must not be in a database. */
export interface Lint {
  kind: FindingKind;
  /** The name that splinter, the linter of Supabase, has for it; the start of its cache keys. */
  name?: string;
  /**
   * Whether it is about what the roles of a public API (`anon`, `authenticated`) may see, and so only asked where there
   * are such.
   */
  exposed: boolean;
  /** Gives each `subject`, as a sentence names it, and its `key`, by which it can be allowed. */
  query: string;
  /** What is wrong with it: the end of a sentence that begins with the subject. */
  predicate: string;
}

/** Schemas that belong to PostgreSQL, to extensions and to the platform; as splinter has them. */
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

/** Whether the view `c` asks with the rights of whoever reads it. */
export const isInvoker = `coalesce(array_to_string(c.reloptions, ',') ~* 'security_invoker=(1|true|yes|on)', false)`;
