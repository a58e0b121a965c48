import type { FindingKind } from '../../../core/finding.ts';
import { columnNotNull } from '../catalog/columns.ts';
import { columnsOf, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const setsNotNullFinding: FindingKind = {
  code: 'schema/sets-not-null',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'SET NOT NULL scans every row under a lock that blocks all access. Running code that omits the column then fails.',
  cause: 'ALTER COLUMN … SET NOT NULL on a column that running code knows.',
  help: 'Add `CHECK (<column> IS NOT NULL) NOT VALID`, validate it in a later migration, and only then SET NOT NULL: PostgreSQL 12 and later then skip the scan.',
};

export const setsNotNull: SqlRule = {
  kind: setsNotNullFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def, name = '' }, { known, table, serverVersion = 18 }) => {
      if (!known.stands(table)) return undefined;
      if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) {
        const { contype, keys, raw_expr: check } = def.Constraint;
        const column = contype === 'CONSTR_NOTNULL' ? columnsOf(keys)[0] : columnNotNull(check);
        if (column === undefined || known.newColumn(table, column)?.hasDefault) return undefined;
        return {
          message: `${shown(table)}.${column} can no longer be null, because of a constraint.`,
          severity: 'notice',
          help: 'Ignore this if running code always writes it.',
        };
      }
      if (subtype !== 'AT_SetNotNull') return undefined;
      const writesIt = known.newColumn(table, name)?.hasDefault || known.wasNeverNull(table, name);
      const grade = writesIt ? { grade: 'compatible' as const } : {};
      const column = known.live(table)?.columns.find(column => column.name === name);
      if (column?.notNull) return undefined;
      if (known.neverNull(table, name) && serverVersion >= 12) {
        if (known.wasNeverNull(table, name)) return undefined; // no scan, and nothing new is rejected
        return {
          ...grade,
          message: `${shown(table)}.${name} can no longer be null; its check already ensures that.`,
          severity: 'notice',
          help: 'Ignore this if running code always writes it.',
        };
      }
      return { ...grade, message: `SET NOT NULL scans ${shown(table)} for null values of ${name}.`, size: table };
    },
  },
};
