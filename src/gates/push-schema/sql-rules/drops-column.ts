import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsColumnFinding: FindingKind = {
  code: 'schema/drops-column',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The migration drops a column with all its values. No reverse migration can restore them, and code that still reads or writes the column fails.',
  cause: 'ALTER TABLE … DROP COLUMN of a column that existed before this release.',
  help: 'First release code that does not use the column. Then approve it: name the migration in the input `approve`, or write `-- release-gates: allow schema/drops-column <why>` above the statement.',
};

export const dropsColumn: SqlRule = {
  kind: dropsColumnFinding,
  grade: 'irreversible',
  look: {
    AlterTableCmd: ({ subtype, name = '' }, { known, table }) => {
      if (subtype !== 'AT_DropColumn' || !known.stands(table) || known.isNewColumn(table, name)) return undefined;
      const live = known.live(table);
      if (live && !live.columns.some(column => column.name === name)) return undefined;
      return known.size(table) === 'empty'
        ? {
            message: `The column ${shown(table)}.${name} is dropped; the table has no rows.`,
            severity: 'warning',
            grade: 'breaking',
          }
        : { message: `The column ${shown(table)}.${name} is dropped with all its values.` };
    },
  },
};
