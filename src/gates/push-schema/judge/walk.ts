import type { Node } from 'libpg-query';
import { isObject, walkNodes } from '../../../clients/postgres-nodes.ts';
import { textOf } from '../catalog/names.ts';

/** The names, without schema, of all functions called within the node. */
export function listFunctions(node: Node | undefined): string[] {
  const names: string[] = [];
  walkNodes(node, (key, value) => {
    const parts = key === 'FuncCall' && isObject(value) && Array.isArray(value.funcname) ? value.funcname : [];
    if (parts.length > 0) names.push(textOf(parts.at(-1)));
  });
  return names;
}

/** The relations within the node, as `schema.name` where the schema is written. */
export function listRelations(node: Node | undefined): string[] {
  const relations: string[] = [];
  walkNodes(node, (key, value) => {
    if (key !== 'RangeVar' || !isObject(value) || typeof value.relname !== 'string') return;
    relations.push(typeof value.schemaname === 'string' ? `${value.schemaname}.${value.relname}` : value.relname);
  });
  return relations;
}

/** The text constants within the node. */
export function listConstants(node: Node): string[] {
  const constants: string[] = [];
  walkNodes(node, (key, value) => {
    if (key === 'sval' && isObject(value) && typeof value.sval === 'string') constants.push(value.sval);
  });
  return constants;
}

export function containsNode(node: Node, wanted: string): boolean {
  let found = false;
  walkNodes(node, key => {
    if (key === wanted) found = true;
  });
  return found;
}
