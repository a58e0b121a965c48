import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import { has } from '../judge/walk.ts';
import type { SqlRule } from './rule.ts';

export const deletesRowsFinding: FindingKind = {
  code: 'schema/deletes-rows',
  severity: 'error',
  boundary: 'data',
  meaning: 'All rows of a table are deleted, and no reverse migration brings them back.',
  cause: 'DELETE without WHERE, or with one that is always true, in a migration, often left over from a seed.',
  help: 'Say which rows with WHERE. If all are meant, approve it: name the migration in the input `approve`, or write `-- release-gates: allow schema/deletes-rows <why>` above the statement.',
};

export const deletesRows: SqlRule = {
  kind: deletesRowsFinding,
  grade: 'irreversible',
  look: {
    DeleteStmt: ({ relation, whereClause }, { known }) => {
      const table = tableOf(relation);
      if (!known.stands(table) || known.size(table) === 'empty') return undefined;
      if (!whereClause) return { message: `DELETE without WHERE deletes all rows of ${shown(table)}.` };
      if (has(whereClause, 'ColumnRef')) return undefined;
      return {
        message: `DELETE of ${shown(table)} has a WHERE that looks at no column, so it deletes all rows or none.`,
      };
    },
  },
};
