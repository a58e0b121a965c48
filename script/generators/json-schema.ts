import * as z from 'zod';
import { loadWholeSchema } from '../../src/config/schema.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of release-gates.yml, for editors. */
export async function jsonSchema(): Promise<JsonSchema> {
  const schema = z.toJSONSchema(await loadWholeSchema(), {
    io: 'input',
    reused: 'inline',
    target: 'draft-7',
    // A format is checked by editors before `${name}` is resolved.
    override: ({ jsonSchema: node }) => {
      delete node.format;
    },
  });
  return { ...schema, title: 'release-gates.yml' };
}
