import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import { containsNode } from '../judge/walk.ts';
import type { SqlRule } from './rule.ts';

export const deletesRowsFinding: FindingKind = {
  code: 'schema/deletes-rows',
  severity: 'error',
  boundary: 'data',
  meaning: 'The migration deletes all rows of a table, and no reverse migration can restore them.',
  cause: 'DELETE without WHERE, or with a WHERE that is always true, often left over from a seed.',
  help: 'Select the rows with WHERE. To delete all of them, approve it: name the migration in the input `approve`, or write `-- release-gates: allow schema/deletes-rows <why>` above the statement.',
};

export const deletesRows: SqlRule = {
  kind: deletesRowsFinding,
  grade: 'irreversible',
  look: {
    DeleteStmt: ({ relation, whereClause }, { known }) => {
      const table = tableOf(relation);
      if (!known.stands(table) || known.size(table) === 'empty') return undefined;
      if (!whereClause) return { message: `DELETE without WHERE deletes all rows of ${shown(table)}.` };
      if (containsNode(whereClause, 'ColumnRef')) return undefined;
      return {
        message: `The WHERE of a DELETE from ${shown(table)} names no column, so it deletes all rows or none.`,
      };
    },
  },
};
