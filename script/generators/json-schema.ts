import * as z from 'zod';
import { loadWholeSchema } from '../../src/config/schema.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of release-gates.yml with every part written out, except those that contain themselves. */
export async function jsonSchema(): Promise<JsonSchema> {
  const schema = z.toJSONSchema(await loadWholeSchema(), {
    io: 'input',
    reused: 'inline',
    target: 'draft-7',
    // An editor would check a format before `${name}` is resolved.
    override: ({ jsonSchema: node }) => {
      delete node.format;
    },
  });
  return { ...nameJsonValue(schema), title: 'release-gates.yml' };
}

/** zod numbers each schema that contains itself. All of them are `z.json()`, so they become one with a name. */
function nameJsonValue(schema: JsonSchema): JsonSchema {
  const named: JsonSchema = JSON.parse(JSON.stringify(schema).replaceAll(/__schema\d+/g, 'json-value'));
  const recursive = Object.values(schema.definitions ?? {}).map(one => JSON.stringify(one).replaceAll(/\d+/g, ''));
  if (new Set(recursive).size > 1)
    throw new Error('name the schemas that contain themselves: they are not all z.json()');
  return named;
}
