import type { FindingKind } from '../../../core/finding.ts';
import { hasConstraint, isSerial } from '../catalog/columns.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const addsComputedColumnFinding: FindingKind = {
  code: 'schema/adds-computed-column',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'PostgreSQL must compute a new column for every row, so it rewrites the whole table under a lock that blocks reads and writes.',
  cause: 'ADD COLUMN with SERIAL, GENERATED … AS IDENTITY or GENERATED … STORED on a table that already has rows.',
  help: 'Add a plain column, fill it in batches, and then attach the sequence or a trigger.',
};

export const addsComputedColumn: SqlRule = {
  kind: addsComputedColumnFinding,
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def) || !known.stands(table)) return undefined;
      const { constraints = [], colname = '' } = def.ColumnDef;
      const stored = constraints.some(
        node =>
          'Constraint' in node &&
          node.Constraint.contype === 'CONSTR_GENERATED' &&
          node.Constraint.generated_kind !== 'v',
      );
      const generated = stored || hasConstraint(def.ColumnDef, 'CONSTR_IDENTITY');
      if (!isSerial(def.ColumnDef) && !generated) return undefined;
      return { message: `${shown(table)}.${colname} is computed for each row, which rewrites the table.`, size: table };
    },
  },
};
