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

/**
 * The roles with rights, except the owner, who has them anyway, and `$1`; equal rights in any order are one text. `none`
 * where nobody else has any.
 */
const grants = (acl: string, owner: string) => `(SELECT string_agg(entry, ', ' ORDER BY entry) FROM (
    SELECT coalesce(g.rolname, 'PUBLIC') || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END AS entry
    FROM aclexplode(${acl}) a LEFT JOIN pg_roles g ON g.oid = a.grantee
    WHERE a.grantee <> ${owner} AND coalesce(g.rolname, 'PUBLIC') <> ALL ($1::text[])) entries)`;

const queries = [
  `SELECT format('column %s.%s.%s', n.nspname, c.relname, a.attname) AS object,
          concat(format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END,
            CASE WHEN a.attidentity <> '' THEN ' identity' END, CASE WHEN a.attgenerated <> '' THEN ' generated' END,
            ' default ' || pg_get_expr(d.adbin, d.adrelid), ' grants ' || ${grants('a.attacl', 'c.relowner')}) AS definition
   FROM ${relation} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relkind IN ('r', 'p', 'f', 'c') AND ${table} AND (c.relkind <> 'c' OR NOT ${ofExtension('c.reltype')})`,
  `SELECT format('table %s.%s', n.nspname, c.relname) AS object,
          concat(CASE WHEN c.relkind = 'p' THEN 'partitioned ' END, CASE WHEN c.relpersistence = 'u' THEN 'unlogged ' END,
            CASE WHEN c.relrowsecurity THEN 'with' ELSE 'without' END, ' row-level security',
            CASE WHEN c.relforcerowsecurity THEN ', forced' END,
            CASE c.relreplident WHEN 'f' THEN ', replica identity full' WHEN 'n' THEN ', replica identity nothing'
              WHEN 'i' THEN ', replica identity of an index' END,
            ', options ' || array_to_string(c.reloptions, ', '),
            CASE WHEN c.relowner <> current_user::regrole THEN ', owned by ' || pg_get_userbyid(c.relowner) END) AS definition
   FROM ${relation} WHERE c.relkind IN ('r', 'p', 'f') AND ${table}`,
  `SELECT format('inheritance of %s.%s', n.nspname, c.relname) AS object,
          string_agg(i.inhparent::regclass::text || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), ''), ', '
            ORDER BY i.inhseqno) AS definition
   FROM ${relation} JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.relkind IN ('r', 'p', 'f') AND ${table}
   GROUP BY n.nspname, c.relname`,
  `SELECT format('index %s.%s', n.nspname, i.relname) AS object, pg_get_indexdef(i.oid) AS definition
   FROM ${relation} JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
   WHERE ${table} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid)`,
  `SELECT format('constraint %s of %s.%s', k.conname, n.nspname, c.relname) AS object, pg_get_constraintdef(k.oid) AS definition
   FROM ${relation} JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n' AND ${table}`,
  `SELECT format('view %s.%s', n.nspname, c.relname) AS object,
          concat(pg_get_viewdef(c.oid), ' with ' || array_to_string(c.reloptions, ', ')) AS definition
   FROM ${relation} WHERE c.relkind IN ('v', 'm') AND ${table}`,
  `SELECT format('rule %s of %s.%s', r.rulename, n.nspname, c.relname) AS object, pg_get_ruledef(r.oid) AS definition
   FROM ${relation} JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN' WHERE ${table}`,
  `SELECT format('sequence %s.%s', n.nspname, c.relname) AS object,
          concat_ws(' ', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement, 'from', s.seqmin,
            'to', s.seqmax, CASE WHEN s.seqcycle THEN 'cycle' END) AS definition
   FROM ${relation} JOIN pg_sequence s ON s.seqrelid = c.oid WHERE ${table}`,
  `SELECT format('grants of %s.%s', n.nspname, c.relname) AS object, ${grants('c.relacl', 'c.relowner')} AS definition
   FROM ${relation} WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relacl IS NOT NULL AND ${table}`,
  `SELECT format('statistics %s.%s', n.nspname, e.stxname) AS object, pg_get_statisticsobjdef(e.oid) AS definition
   FROM pg_statistic_ext e JOIN pg_namespace n ON n.oid = e.stxnamespace WHERE ${ours}`,
  `SELECT format('function %s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS object,
          pg_get_functiondef(p.oid) AS definition
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE p.prokind IN ('f', 'p') AND ${ours} AND NOT ${ofExtension('p.oid')}`,
  `SELECT format('aggregate %s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS object,
          concat_ws(' ', a.aggtransfn, a.aggfinalfn, format_type(a.aggtranstype, NULL), a.agginitval) AS definition
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_aggregate a ON a.aggfnoid = p.oid
   WHERE ${ours} AND NOT ${ofExtension('p.oid')}`,
  `SELECT format('grants of function %s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS object,
          coalesce(${grants("coalesce(p.proacl, acldefault('f', p.proowner))", 'p.proowner')}, 'none') AS definition
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE ${ours} AND NOT ${ofExtension('p.oid')}`,
  `SELECT format('trigger %s of %s.%s', t.tgname, n.nspname, c.relname) AS object,
          concat(pg_get_triggerdef(t.oid), CASE t.tgenabled WHEN 'D' THEN ' disabled' WHEN 'R' THEN ' on replicas' WHEN 'A' THEN ' always' END) AS definition
   FROM ${relation} JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal WHERE ${table}`,
  `SELECT format('event trigger %s', e.evtname) AS object,
          concat_ws(' ', e.evtevent, e.evtfoid::regproc, array_to_string(e.evttags, ', '), CASE e.evtenabled WHEN 'D' THEN 'disabled' END) AS definition
   FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE ${ours} AND NOT ${ofExtension('e.oid')} AND NOT ${ofExtension('p.oid')}`,
  `SELECT format('policy %s of %s.%s', p.policyname, p.schemaname, p.tablename) AS object,
          concat_ws(' ', p.permissive, p.cmd, p.roles::text, 'using ' || p.qual, 'check ' || p.with_check) AS definition
   FROM pg_policies p JOIN pg_namespace n ON n.nspname = p.schemaname WHERE ${ours}`,
  `SELECT format('enum %s.%s', n.nspname, t.typname) AS object, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) AS definition
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
   WHERE ${ours} AND NOT ${ofExtension('t.oid')} GROUP BY n.nspname, t.typname`,
  `SELECT format('domain %s.%s', n.nspname, t.typname) AS object,
          concat(format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN ' not null' END, ' default ' || t.typdefault,
            (SELECT string_agg(' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
             FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n')) AS definition
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE t.typtype = 'd' AND ${ours} AND NOT ${ofExtension('t.oid')}`,
  `SELECT format('schema %s', n.nspname) AS object, concat('exists', ' grants ' || ${grants('n.nspacl', 'n.nspowner')}) AS definition
   FROM pg_namespace n WHERE n.nspname <> 'public' AND ${ours} AND NOT ${ofExtension('n.oid')}`,
  `SELECT format('publication %s', p.pubname) AS object,
          concat(CASE WHEN p.puballtables THEN 'all tables' ELSE (SELECT string_agg(format('%s.%s', t.schemaname, t.tablename), ', '
            ORDER BY t.schemaname, t.tablename) FROM pg_publication_tables t WHERE t.pubname = p.pubname) END,
            CASE WHEN p.pubinsert THEN ' insert' END, CASE WHEN p.pubupdate THEN ' update' END,
            CASE WHEN p.pubdelete THEN ' delete' END, CASE WHEN p.pubtruncate THEN ' truncate' END) AS definition
   FROM pg_publication p WHERE NOT ${ofExtension('p.oid')} AND p.pubname NOT LIKE 'supabase\\_%'`,
  `SELECT format('extension %s', extname) AS object, 'installed' AS definition FROM pg_extension`,
];

/** The text of these is deparsed, and each major version deparses in its own way. */
const deparsed = /^(view|rule) /;

/**
 * Describes two databases so that they can be compared. Leaves out the rights of roles that get rights by default in one of
 * them, as those of a platform do, and the text of views and rules where the major versions differ.
 */
export async function describeBoth(one: PostgresSession, other: PostgresSession): Promise<[Description, Description]> {
  const sessions = [one, other];
  const byDefault = (await Promise.all(sessions.map(listDefaultGrantees))).flat();
  const [first = new Map(), second = new Map()] = await Promise.all(
    sessions.map(session => describeSchema(session, byDefault)),
  );
  if (majorOf(one) !== majorOf(other)) for (const description of [first, second]) dropTexts(description);
  return [first, second];
}

/** docs: PostgreSQL, ALTER DEFAULT PRIVILEGES. */
async function listDefaultGrantees(session: PostgresSession): Promise<string[]> {
  const rows = await session.query<{ role: string }>(
    `SELECT DISTINCT coalesce(g.rolname, 'PUBLIC') AS role
     FROM pg_default_acl d CROSS JOIN aclexplode(d.defaclacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee`,
  );
  return rows.map(({ role }) => role);
}

async function describeSchema(session: PostgresSession, skippedRoles: string[]): Promise<Description> {
  const description: Description = new Map();
  for (const query of queries) {
    const values = query.includes('$1') ? [skippedRoles] : [];
    const rows = await session.query<{ object: string; definition: string | null }>(query, values);
    for (const { object, definition } of rows) {
      if (definition !== null) description.set(object, definition.replace(/\s+/g, ' ').trim());
    }
  }
  return description;
}

function majorOf({ serverVersion }: PostgresSession): number {
  return Math.floor(serverVersion / 10_000);
}

function dropTexts(description: Description): void {
  for (const object of description.keys()) if (deparsed.test(object)) description.set(object, 'exists');
}
