import type { FindingKind } from '../../../core/finding.ts';
import { columnNotNull } from '../catalog/columns.ts';
import { columnsOf, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const setsNotNullFinding: FindingKind = {
  code: 'schema/sets-not-null',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'A column that could be null no longer can: every row is scanned under a lock that blocks everyone, and code of before that leaves it out is refused.',
  cause: 'ALTER COLUMN … SET NOT NULL on a column of running code.',
  help: 'Add a CHECK (column IS NOT NULL) NOT VALID, validate it in a later migration, and only then SET NOT NULL: PostgreSQL 12 and later need no scan for it.',
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
          message: `${shown(table)}.${column} can be null no longer, by a constraint.`,
          severity: 'notice',
          help: 'Nothing, if the code that runs now always writes it.',
        };
      }
      if (subtype !== 'AT_SetNotNull') return undefined;
      const writesIt = known.newColumn(table, name)?.hasDefault || known.wasNeverNull(table, name); // code of before
      const grade = writesIt ? { grade: 'compatible' as const } : {};
      const column = known.live(table)?.columns.find(column => column.name === name);
      if (column?.notNull) return undefined;
      if (known.neverNull(table, name) && serverVersion >= 12) {
        if (known.wasNeverNull(table, name)) return undefined; // neither a scan nor a refusal that was not there before
        return {
          ...grade,
          message: `${shown(table)}.${name} can be null no longer, which its check has made sure of.`,
          severity: 'notice',
          help: 'Nothing, if the code that runs now always writes it.',
        };
      }
      return { ...grade, message: `SET NOT NULL scans ${shown(table)} for empty values of ${name}.`, size: table };
    },
  },
};
