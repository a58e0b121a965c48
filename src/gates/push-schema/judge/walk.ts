import type { Node } from 'libpg-query';
import { textOf } from '../catalog/names.ts';

/** The names, without schema, of all functions called within the node. */
export function listFunctions(node: Node | undefined): string[] {
  const names: string[] = [];
  walk(node, (key, value) => {
    const parts = key === 'FuncCall' && isObject(value) && Array.isArray(value.funcname) ? value.funcname : [];
    if (parts.length > 0) names.push(textOf(parts.at(-1)));
  });
  return names;
}

/** The relations within the node, as `schema.name` where the schema is written. */
export function listRelations(node: Node | undefined): string[] {
  const relations: string[] = [];
  walk(node, (key, value) => {
    if (key !== 'RangeVar' || !isObject(value) || typeof value.relname !== 'string') return;
    relations.push(typeof value.schemaname === 'string' ? `${value.schemaname}.${value.relname}` : value.relname);
  });
  return relations;
}

/** The text constants within the node. */
export function listConstants(node: Node): string[] {
  const constants: string[] = [];
  walk(node, (key, value) => {
    if (key === 'sval' && isObject(value) && typeof value.sval === 'string') constants.push(value.sval);
  });
  return constants;
}

export function containsNode(node: Node, wanted: string): boolean {
  let found = false;
  walk(node, key => {
    if (key === wanted) found = true;
  });
  return found;
}

function walk(value: unknown, visit: (key: string, value: unknown) => void): void {
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    visit(key, item);
    walk(item, visit);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
