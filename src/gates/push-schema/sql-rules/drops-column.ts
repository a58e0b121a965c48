import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsColumnFinding: FindingKind = {
  code: 'schema/drops-column',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A column goes with all its values: no reverse migration brings them back, and code that still reads or writes it fails.',
  cause: 'ALTER TABLE … DROP COLUMN of a column that was there before this release.',
  help: 'Release the code that does without it first. Then approve it: name the migration in the input `approve`, or write `-- release-gates: allow schema/drops-column <why>` above the statement.',
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
