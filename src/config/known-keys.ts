import type * as z from 'zod';
import type { $ZodType, $ZodTypes } from 'zod/v4/core';
import type { Path } from './document.ts';
import { getValue } from './mapping.ts';

/** The keys that the schema knows at a path. For a union, the keys of the forms that the value could be. */
export function listKnownKeys(schema: z.ZodType, path: Path, value: unknown): string[] {
  let nodes = unwrap(schema, value);
  let at = value;
  for (const key of path) {
    at = getValue(at, [key]);
    nodes = nodes.flatMap(node => listChildren(node, String(key))).flatMap(node => unwrap(node, at));
  }
  return [...new Set(nodes.flatMap(node => Object.keys(getShape(node))))];
}

function listChildren(schema: $ZodTypes, key: string): $ZodType[] {
  const { def } = schema._zod;
  if (def.type === 'record') return [def.valueType];
  if (def.type === 'array') return [def.element];
  const child = Object.hasOwn(getShape(schema), key) ? getShape(schema)[key] : undefined;
  return child ? [child] : [];
}

function getShape(schema: $ZodTypes): Readonly<Record<string, $ZodType>> {
  const { def } = schema._zod;
  return def.type === 'object' ? def.shape : {};
}

/** Removes the wrappers of a schema (default, optional, transform) and opens its unions. */
function unwrap(schema: $ZodType, value: unknown): $ZodTypes[] {
  const node = schema as $ZodTypes;
  const { def } = node._zod;
  if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault' || def.type === 'nullable')
    return unwrap(def.innerType, value);
  if (def.type === 'pipe') return unwrap(def.in, value);
  if (def.type !== 'union') return [node];
  const forms = def.options.flatMap(option => unwrap(option, value));
  const fitting = forms.filter(form => canBe(form, value));
  const whole = fitting.filter(form => hasRequiredFields(form, value));
  return whole.length > 0 ? whole : fitting.length > 0 ? fitting : forms;
}

/** Whether every required field is present, such as the `websocket` of a step that opens one. */
function hasRequiredFields(form: $ZodTypes, value: unknown): boolean {
  return Object.entries(getShape(form)).every(
    ([key, field]) => field._zod.optin === 'optional' || getValue(value, [key]) !== undefined,
  );
}

/** Whether the fields that tell the forms of a union apart (`type`, `platform`) agree with the value. */
function canBe(form: $ZodTypes, value: unknown): boolean {
  return Object.entries(getShape(form)).every(([key, field]) => {
    const literals: unknown[] = unwrap(field, undefined).flatMap(node =>
      node._zod.def.type === 'literal' ? node._zod.def.values : [],
    );
    const actual = getValue(value, [key]);
    return literals.length === 0 || actual === undefined || literals.includes(actual);
  });
}
