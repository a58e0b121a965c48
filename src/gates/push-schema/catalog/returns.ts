import type { Node } from 'libpg-query';
import { typeOf } from './names.ts';

/** What a function returns: what it gives by name counts where there is any, else its type. */
export interface Returns {
  set: boolean;
  type: string;
  given: { name: string; type: string }[];
}

/** For comparison, and as a person reads it. */
export function shownReturns({ set, type, given }: Returns): string {
  const what = given.length > 0 ? `(${given.map(one => `${one.name} ${one.type}`).join(', ')})` : type;
  return set ? `SETOF ${what}` : what;
}

/**
 * What a function that the statement makes returns; undefined for any other, and for a type that is that of a column.
 */
export function returnsOf(node: Node | undefined): string | undefined {
  if (!node || !('CreateFunctionStmt' in node) || node.CreateFunctionStmt.is_procedure) return undefined;
  const { returnType, parameters = [] } = node.CreateFunctionStmt;
  const given = parameters
    .flatMap(parameter => ('FunctionParameter' in parameter ? [parameter.FunctionParameter] : []))
    .filter(({ mode }) => /OUT|TABLE/.test(mode ?? ''));
  if (returnType?.pct_type || given.some(({ argType }) => argType?.pct_type)) return undefined;
  return shownReturns({
    set: returnType?.setof ?? false,
    type: typeOf(returnType).name,
    given: given.map(({ name = '', argType }) => ({ name, type: typeOf(argType).name })),
  });
}
