import type { FindingKind } from '../../../core/finding.ts';
import { columnsOf, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const constraintScansTableFinding: FindingKind = {
  code: 'schema/constraint-scans-table',
  severity: 'warning',
  boundary: 'data',
  meaning: 'PostgreSQL checks the constraint against every row while the table is locked.',
  cause: 'ADD CONSTRAINT … CHECK or FOREIGN KEY on a table that already has rows.',
  help: 'Add it as NOT VALID: `ALTER TABLE <table> ADD CONSTRAINT <name> … NOT VALID`. In a later migration run `ALTER TABLE <table> VALIDATE CONSTRAINT <name>`, which does not block reads or writes.',
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
        return {
          message: `The check${name} scans ${shown(table)} under a lock that blocks reads and writes.`,
          size: table,
        };
      }
      if (contype !== 'CONSTR_FOREIGN') return undefined;
      if (columnsOf(columns).every(column => known.isNewColumn(table, column))) return undefined; // all null, so nothing to scan
      return {
        message: `The foreign key${name} scans ${shown(table)} while writes to both of its tables are blocked.`,
        size: table,
      };
    },
  },
};
