import type { FindingKind } from '../../../core/finding.ts';
import { qualifiedName, shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const dropsTableFinding: FindingKind = {
  code: 'schema/drops-table',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The migration drops a table with all its rows. No reverse migration can restore them, and code that still uses the table fails.',
  cause: 'DROP TABLE of a table that existed before this release.',
  help: 'First release code that does not use the table. Then approve it: name the migration in the input `approve`, or write `-- release-gates: allow schema/drops-table <why>` above the statement.',
};

export const dropsTable: SqlRule = {
  kind: dropsTableFinding,
  grade: 'irreversible',
  look: {
    DropStmt: ({ removeType, objects = [] }, { known }) => {
      if (removeType !== 'OBJECT_TABLE') return undefined;
      const standing = objects.map(qualifiedName).filter(table => known.stands(table));
      return standing.map(table =>
        known.size(table) === 'empty'
          ? { message: `The table ${shown(table)} is dropped; it has no rows.`, severity: 'warning', grade: 'breaking' }
          : { message: `The table ${shown(table)} is dropped with all its rows.` },
      );
    },
  },
};
