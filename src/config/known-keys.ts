import type * as z from 'zod';
import type { $ZodType, $ZodTypes } from 'zod/v4/core';
import type { Path } from './document.ts';

/** The keys that the schema knows at a path; of a union, those of every form it could have. */
export function knownKeys(schema: z.ZodType, path: Path): string[] {
  let at: $ZodType[] = [schema];
  for (const step of path) at = at.flatMap(node => childrenOf(node, String(step)));
  return [...new Set(at.flatMap(node => unwrap(node)).flatMap(keysOf))];
}

function childrenOf(schema: $ZodType, key: string): $ZodType[] {
  return unwrap(schema).flatMap(node => {
    const { def } = node._zod;
    if (def.type === 'object') return def.shape[key] ? [def.shape[key]] : [];
    if (def.type === 'record') return [def.valueType];
    if (def.type === 'array') return [def.element];
    return [];
  });
}

function keysOf(schema: $ZodTypes): string[] {
  const { def } = schema._zod;
  return def.type === 'object' ? Object.keys(def.shape) : [];
}

/** Takes off what surrounds a schema (default, optional, transform) and opens its unions. */
function unwrap(schema: $ZodType): $ZodTypes[] {
  const node = schema as $ZodTypes;
  const { def } = node._zod;
  if (def.type === 'union') return def.options.flatMap(unwrap);
  if (def.type === 'optional' || def.type === 'default' || def.type === 'nullable') return unwrap(def.innerType);
  if (def.type === 'pipe') return unwrap(def.in);
  return [node];
}
