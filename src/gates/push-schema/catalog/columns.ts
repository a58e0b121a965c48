import type { ColumnDef, ConstrType, Node } from 'libpg-query';
import { columnsOf, textOf } from './names.ts';

export function hasConstraint({ constraints = [] }: ColumnDef, ...types: ConstrType[]): boolean {
  return constraints.some(node => 'Constraint' in node && types.some(type => node.Constraint.contype === type));
}

export function isSerial({ typeName }: ColumnDef): boolean {
  return /^(small|big)?serial[248]?$/.test(columnsOf(typeName?.names).at(-1) ?? '');
}

/**
 * Whether a row that leaves the column out gets a value: a default, and not that of null, an identity or a sequence.
 */
export function fillsItself(column: ColumnDef): boolean {
  const byDefault = (column.constraints ?? []).some(
    node => 'Constraint' in node && node.Constraint.contype === 'CONSTR_DEFAULT' && !isNull(node.Constraint.raw_expr),
  );
  return byDefault || hasConstraint(column, 'CONSTR_IDENTITY', 'CONSTR_GENERATED') || isSerial(column);
}

function isNull(node: Node | undefined): boolean {
  if (node && 'TypeCast' in node) return isNull(node.TypeCast.arg);
  return node !== undefined && 'A_Const' in node && node.A_Const.isnull === true;
}

/** The column of a check that is no more than `column IS NOT NULL`. */
export function columnNotNull(check: Node | undefined): string | undefined {
  if (!check || !('NullTest' in check) || check.NullTest.nulltesttype !== 'IS_NOT_NULL') return undefined;
  const argument = check.NullTest.arg;
  return argument && 'ColumnRef' in argument ? textOf(argument.ColumnRef.fields?.at(-1)) : undefined;
}
