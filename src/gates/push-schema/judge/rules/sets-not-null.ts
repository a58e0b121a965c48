import type { FindingKind } from '../../../../core/finding.ts';
import { shown } from '../names.ts';
import type { SqlRule } from '../rule.ts';

export const setsNotNullFinding: FindingKind = {
  code: 'schema/sets-not-null',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'A column that could be null no longer can: every row is scanned under a lock that blocks everyone, and code of before that leaves it out is refused.',
  cause: 'ALTER COLUMN … SET NOT NULL on a column of running code.',
  remedy:
    'Add a CHECK (column IS NOT NULL) NOT VALID, validate it in a later migration, and only then SET NOT NULL: PostgreSQL 12 and later need no scan for it.',
};

export const setsNotNull: SqlRule = {
  kind: setsNotNullFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, name = '' }, { known, table, serverVersion = 18 }) => {
      if (subtype !== 'AT_SetNotNull' || !known.stands(table)) return undefined;
      const column = known.live(table)?.columns.find(column => column.name === name);
      if (column?.notNull) return undefined;
      if (known.neverNull(table, name) && serverVersion >= 12) {
        return {
          seen: `${shown(table)}.${name} can be null no longer, which its check has made sure of.`,
          severity: 'notice',
          remedy: 'Nothing, if the code that runs now always writes it.',
        };
      }
      return { seen: `SET NOT NULL scans ${shown(table)} for empty values of ${name}.`, size: table };
    },
  },
};
