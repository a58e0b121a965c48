import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const constraintScansTableFinding: FindingKind = {
  code: 'schema/constraint-scans-table',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A constraint is checked against every row while the table is locked.',
  cause: 'ADD CONSTRAINT … CHECK or FOREIGN KEY on a table that has rows already.',
  help: 'Add it as NOT VALID, and in a later migration run ALTER TABLE … VALIDATE CONSTRAINT, which blocks nobody.',
};

export const constraintScansTable: SqlRule = {
  kind: constraintScansTableFinding,
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def) || !known.stands(table)) return undefined;
      const { contype, skip_validation: notValid, fk_attrs: columns, conname, is_enforced: enforced } = def.Constraint;
      if (notValid || enforced === false) return undefined;
      const name = conname ? ` ${conname}` : '';
      if (contype === 'CONSTR_CHECK') {
        return { message: `The check${name} scans ${shown(table)} under a lock that blocks everyone.`, size: table };
      }
      if (contype !== 'CONSTR_FOREIGN') return undefined;
      if (columnsOf(columns).every(column => known.isNewColumn(table, column))) return undefined; // all null: no scan of use
      return {
        message: `The foreign key${name} scans ${shown(table)} while both of its tables refuse writes.`,
        size: table,
      };
    },
  },
};
