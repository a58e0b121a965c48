import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf, shown, type TableName, tableOf } from '../catalog/names.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

export const foreignKeyWithoutIndexFinding: FindingKind = {
  code: 'schema/foreign-key-without-index',
  severity: 'notice',
  boundary: 'data',
  meaning:
    'A foreign key has no index on its columns. Joins over it scan the whole table, and so does every delete of a row that it refers to.',
  cause: 'PostgreSQL indexes the referenced columns, but not the columns of the foreign key itself.',
  help: 'Add an index: `CREATE INDEX CONCURRENTLY <index> ON <table> (<columns>)`, alone in its migration.',
};

export const foreignKeyWithoutIndex: SqlRule = {
  kind: foreignKeyWithoutIndexFinding,
  look: {
    CreateStmt: ({ relation, tableElts = [] }, about) =>
      tableElts.flatMap(node => {
        const table = tableOf(relation);
        if ('Constraint' in node) return sighting(node.Constraint, columnsOf(node.Constraint.fk_attrs), table, about);
        if (!('ColumnDef' in node)) return [];
        const { colname = '', constraints = [] } = node.ColumnDef;
        return constraints.flatMap(item =>
          'Constraint' in item ? sighting(item.Constraint, [colname], table, about) : [],
        );
      }),
    AlterTableCmd: ({ subtype, def }, about) =>
      subtype === 'AT_AddConstraint' && def && 'Constraint' in def
        ? sighting(def.Constraint, columnsOf(def.Constraint.fk_attrs), about.table, about)
        : undefined,
  },
};

function sighting(
  { contype }: { contype?: string },
  columns: string[],
  table: TableName,
  { known }: About,
): Sighting[] {
  if (contype !== 'CONSTR_FOREIGN') return [];
  const message = `The foreign key on ${shown(table)} (${columns.join(', ')}) has no index.`;
  return [{ message, unless: () => known.hasIndex(table, columns) }];
}
