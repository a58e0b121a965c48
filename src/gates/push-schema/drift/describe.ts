import type { PostgresSession } from '../../../clients/postgres.ts';
import { foreignSchemas, ofExtension } from '../live-lints/lint.ts';
import { tools } from '../tools/index.ts';

/** The definition of each object of a database, by the name that a person gives it. */
export type Description = Map<string, string>;

const ledgers = tools.map(({ ledger }) => ledger.owns);
const quoteList = (names: string[]) => `(${names.map(name => `'${name}'`).join(', ')})`;
const ledgerSchemas = quoteList(ledgers.flatMap(({ schema }) => schema ?? []));
const ledgerTables = quoteList(ledgers.flatMap(({ tables = [] }) => tables));

/** Leaves out ledgers, which differ by nature, and the schemas of the platform. */
const ours = `n.nspname NOT IN ${foreignSchemas} AND n.nspname NOT IN ${ledgerSchemas} AND n.nspname NOT LIKE 'pg\\_%'`;
const table = `${ours} AND c.relname NOT IN ${ledgerTables} AND NOT ${ofExtension('c.oid')}`;
const relation = 'pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace';

const queries = [
  `SELECT format('column %s.%s.%s', n.nspname, c.relname, a.attname) AS object,
          concat(format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END,
            CASE WHEN a.attidentity <> '' THEN ' identity' END, CASE WHEN a.attgenerated <> '' THEN ' generated' END,
            ' default ' || pg_get_expr(d.adbin, d.adrelid)) AS definition
   FROM ${relation} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relkind IN ('r', 'p', 'f') AND ${table}`,
  `SELECT format('table %s.%s', n.nspname, c.relname) AS object,
          concat(CASE WHEN c.relkind = 'p' THEN 'partitioned ' END, CASE WHEN c.relrowsecurity THEN 'with' ELSE 'without' END,
            ' row-level security') AS definition
   FROM ${relation} WHERE c.relkind IN ('r', 'p', 'f') AND ${table}`,
  `SELECT format('index %s.%s', n.nspname, i.relname) AS object, pg_get_indexdef(i.oid) AS definition
   FROM ${relation} JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
   WHERE ${table} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid)`,
  `SELECT format('constraint %s of %s.%s', k.conname, n.nspname, c.relname) AS object, pg_get_constraintdef(k.oid) AS definition
   FROM ${relation} JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n' AND ${table}`,
  `SELECT format('view %s.%s', n.nspname, c.relname) AS object, pg_get_viewdef(c.oid) AS definition
   FROM ${relation} WHERE c.relkind IN ('v', 'm') AND ${table}`,
  `SELECT format('function %s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS object,
          pg_get_functiondef(p.oid) AS definition
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE p.prokind IN ('f', 'p') AND ${ours} AND NOT ${ofExtension('p.oid')}`,
  `SELECT format('trigger %s of %s.%s', t.tgname, n.nspname, c.relname) AS object, pg_get_triggerdef(t.oid) AS definition
   FROM ${relation} JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal WHERE ${table}`,
  `SELECT format('policy %s of %s.%s', p.policyname, p.schemaname, p.tablename) AS object,
          concat_ws(' ', p.permissive, p.cmd, p.roles::text, 'using ' || p.qual, 'check ' || p.with_check) AS definition
   FROM pg_policies p JOIN pg_namespace n ON n.nspname = p.schemaname WHERE ${ours}`,
  `SELECT format('enum %s.%s', n.nspname, t.typname) AS object, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) AS definition
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
   WHERE ${ours} AND NOT ${ofExtension('t.oid')} GROUP BY n.nspname, t.typname`,
  `SELECT format('extension %s', extname) AS object, 'installed' AS definition FROM pg_extension`,
];

export async function describeSchema(session: PostgresSession): Promise<Description> {
  const description: Description = new Map();
  for (const query of queries) {
    for (const { object, definition } of await session.query<{ object: string; definition: string }>(query)) {
      description.set(object, definition.replace(/\s+/g, ' ').trim());
    }
  }
  return description;
}
