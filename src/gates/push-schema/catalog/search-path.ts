import type { Node } from 'libpg-query';
import { textOf } from './names.ts';

/** The schemas that a statement sets the search path to, by SET or by `set_config`; undefined where it does not. */
export function searchPathOf(node: Node): string[] | undefined {
  if ('VariableSetStmt' in node) {
    const { kind, name, args = [] } = node.VariableSetStmt;
    return name === 'search_path' && kind === 'VAR_SET_VALUE' ? args.map(constantOf) : undefined;
  }
  const [target] = ('SelectStmt' in node && node.SelectStmt.targetList) || [];
  const call = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!call || !('FuncCall' in call) || textOf(call.FuncCall.funcname?.at(-1)) !== 'set_config') return undefined;
  const [setting, value] = (call.FuncCall.args ?? []).map(constantOf);
  return setting === 'search_path' && value !== undefined ? listed(value) : undefined;
}

function constantOf(node: Node): string {
  return 'A_Const' in node ? (node.A_Const.sval?.sval ?? '') : '';
}

/** `shop, "Public"` */
function listed(text: string): string[] {
  return Array.from(text.matchAll(/"((?:[^"]|"")+)"|[^\s,"]+/g), ([word, quoted]) =>
    quoted === undefined ? word.toLowerCase() : quoted.replaceAll('""', '"'),
  );
}
