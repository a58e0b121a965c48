import type { FindingKind } from '../../../core/finding.ts';
import { columnNotNull, fillsItself, hasConstraint } from '../catalog/columns.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const addsRequiredColumnFinding: FindingKind = {
  code: 'schema/adds-required-column',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A new column needs a value and has no default. The migration fails on a table with rows, and running code can no longer insert.',
  cause: 'ADD COLUMN … NOT NULL without DEFAULT, or with a CHECK that has the same effect.',
  help: 'Add a constant default: `ALTER TABLE <table> ADD COLUMN <column> <type> NOT NULL DEFAULT <constant>`. Or add the column as nullable, and set it NOT NULL in a later release.',
};

export const addsRequiredColumn: SqlRule = {
  kind: addsRequiredColumnFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def) || !known.stands(table)) return undefined;
      const { colname, constraints = [] } = def.ColumnDef;
      const checked = constraints.some(
        node => 'Constraint' in node && columnNotNull(node.Constraint.raw_expr) !== undefined,
      );
      if (!checked && !hasConstraint(def.ColumnDef, 'CONSTR_NOTNULL', 'CONSTR_PRIMARY')) return undefined;
      if (fillsItself(def.ColumnDef)) return undefined;
      const empty = known.size(table) === 'empty';
      return {
        message: `${shown(table)}.${colname} is NOT NULL and has no default${empty ? '' : ', so existing rows have no value for it'}.`,
        ...(empty && { severity: 'warning' as const }),
      };
    },
  },
};
