import type { Node, SelectStmt } from 'libpg-query';
import { columnsOf, textOf } from './names.ts';

/**
 * The columns of a statement that makes a view; undefined where the statement alone does not tell them, as with `*`.
 */
export function viewColumnsOf(node: Node): string[] | undefined {
  if (!('ViewStmt' in node)) return undefined;
  const { aliases = [], query } = node.ViewStmt;
  const own = query && 'SelectStmt' in query ? outputOf(query.SelectStmt) : undefined;
  return own && [...columnsOf(aliases), ...own.slice(aliases.length)];
}

/** Of UNION and its like, the first query names the columns. */
function outputOf({ larg, targetList = [] }: SelectStmt): string[] | undefined {
  if (larg) return outputOf(larg);
  const names = targetList.map(nameOf);
  return names.every(name => name !== undefined) ? names : undefined;
}

function nameOf(target: Node): string | undefined {
  if (!('ResTarget' in target)) return undefined;
  const { name, val } = target.ResTarget;
  if (name) return name;
  if (!val || !('ColumnRef' in val)) return undefined;
  return textOf(val.ColumnRef.fields?.at(-1)) || undefined;
}
