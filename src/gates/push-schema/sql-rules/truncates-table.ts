import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const truncatesTableFinding: FindingKind = {
  code: 'schema/truncates-table',
  severity: 'error',
  boundary: 'data',
  meaning: 'The migration deletes all rows of a table, and no reverse migration can restore them.',
  cause: 'TRUNCATE in a migration, often left over from a seed.',
  help: 'Remove the statement. If it is intended, approve it: name the migration in the input `approve`, or write `-- release-gates: allow schema/truncates-table <why>` above the statement.',
};

export const truncatesTable: SqlRule = {
  kind: truncatesTableFinding,
  grade: 'irreversible',
  look: {
    TruncateStmt: ({ relations = [], behavior }, { known }) =>
      relations
        .map(node => ('RangeVar' in node ? tableOf(node.RangeVar) : { name: '' }))
        .filter(table => known.stands(table) && known.size(table) !== 'empty')
        .map(table => ({
          message: `TRUNCATE deletes all rows of ${shown(table)}${behavior === 'DROP_CASCADE' ? ' and of every table that refers to it' : ''}.`,
        })),
  },
};
