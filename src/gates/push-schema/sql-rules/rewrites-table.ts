import type { FindingKind } from '../../../core/finding.ts';
import { qualifiedName, shown, type TableName, tableOf } from '../catalog/names.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

export const rewritesTableFinding: FindingKind = {
  code: 'schema/rewrites-table',
  severity: 'warning',
  boundary: 'data',
  meaning: 'PostgreSQL rewrites a whole table under a lock that blocks reads and writes.',
  cause: 'VACUUM FULL, CLUSTER, or ALTER TABLE … SET LOGGED, UNLOGGED, TABLESPACE or ACCESS METHOD.',
  help: 'Do it in a maintenance window or with pg_repack: it does not belong in a release.',
};

const rewriting: Record<string, string> = {
  AT_SetLogged: 'SET LOGGED',
  AT_SetUnLogged: 'SET UNLOGGED',
  AT_SetAccessMethod: 'SET ACCESS METHOD',
  AT_SetTableSpace: 'SET TABLESPACE',
};

export const rewritesTable: SqlRule = {
  kind: rewritesTableFinding,
  look: {
    AlterTableCmd: ({ subtype = '' }, about) => {
      const what = rewriting[subtype];
      return what ? sighting(what, about.table, about) : undefined;
    },
    ClusterStmt: ({ relation }, about) => sighting('CLUSTER', relation && tableOf(relation), about),
    VacuumStmt: ({ options = [], rels = [] }, about) => {
      const full = options.some(node => 'DefElem' in node && node.DefElem.defname === 'full');
      if (!full) return undefined;
      const relations = rels.map(node =>
        'VacuumRelation' in node ? tableOf(node.VacuumRelation.relation) : qualifiedName(node),
      );
      return relations.length === 0
        ? sighting('VACUUM FULL', undefined, about)
        : relations.flatMap(table => sighting('VACUUM FULL', table, about) ?? []);
    },
  },
};

function sighting(what: string, table: TableName | undefined, { known }: About): Sighting | undefined {
  if (!table) return { message: `${what} rewrites every table.`, severity: 'error' };
  return known.stands(table) ? { message: `${what} rewrites ${shown(table)}.`, size: table } : undefined;
}
