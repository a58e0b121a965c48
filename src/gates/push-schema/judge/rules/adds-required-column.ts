import type { FindingKind } from '../../../../core/finding.ts';
import { shown } from '../names.ts';
import type { SqlRule } from '../rule.ts';

export const addsRequiredColumnFinding: FindingKind = {
  code: 'schema/adds-required-column',
  severity: 'error',
  boundary: 'data',
  meaning:
    'A new column must have a value and has no default: the migration fails on a table with rows, and code of before cannot insert.',
  cause: 'ADD COLUMN … NOT NULL without DEFAULT.',
  remedy: 'Give it a constant DEFAULT, or add it as nullable and make it NOT NULL in a later release.',
};

export const addsRequiredColumn: SqlRule = {
  kind: addsRequiredColumnFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def) || !known.stands(table)) return undefined;
      const { constraints = [], colname, typeName } = def.ColumnDef;
      const has = (...types: string[]) =>
        constraints.some(node => 'Constraint' in node && types.includes(node.Constraint.contype ?? ''));
      if (!has('CONSTR_NOTNULL', 'CONSTR_PRIMARY')) return undefined;
      if (has('CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED') || isSerial(typeName?.names)) return undefined;
      const empty = known.size(table) === 'empty';
      return {
        seen: `${shown(table)}.${colname} is NOT NULL and has no default${empty ? '' : ', so rows that are there have no value for it'}.`,
        ...(empty && { severity: 'warning' as const }),
      };
    },
  },
};

function isSerial(names: unknown): boolean {
  return /serial[248]?"/.test(JSON.stringify(names ?? ''));
}
