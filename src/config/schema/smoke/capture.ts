import * as z from 'zod';
import { nameSchema } from '../common.ts';

const jsonPathForm = 'a JSON path (RFC 9535), such as $.user.id, $.orders[-1].id or $.markets[?@.open == true].slug';
export const jsonPath = z.string({ error: jsonPathForm }).startsWith('$', jsonPathForm);

const shared = {
  secret: z
    .boolean()
    .optional()
    .describe(
      'Whether the captured value is masked. Default: cookies, JSON Web Tokens, and what the name calls a secret.',
    ),
  as: z.enum(['text', 'number', 'boolean']).optional().describe('What the value is made into. Default: as it came.'),
};

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false; // the schema says what was expected
  }
}

/** A regular expression, as text. */
export const pattern = z.string().min(1).refine(isPattern, 'a regular expression, such as order-(\\d+)');

const fromJson = z.strictObject({
  json: jsonPath,
  all: z.boolean().optional().describe('Takes the list of all values that the path names, instead of the only one.'),
  ...shared,
});
const fromText = z.strictObject({
  text: pattern.describe('A regular expression; its first group is taken, or the whole match.'),
  ...shared,
});

const captureSchema = z.union([
  jsonPath,
  fromJson,
  z.strictObject({ header: z.string().min(1), ...shared }),
  z.strictObject({ cookie: z.string().min(1), ...shared }),
  z.strictObject({ status: z.literal(true), ...shared }),
  fromText,
]);

/** Values that later steps use as `${name}`, from whatever the step got. */
export const captures = z
  .record(nameSchema, captureSchema)
  .default({})
  .describe('Values of the answer that later steps of the flow use as ${name}.');

/** The same, from what has neither headers nor cookies. */
export const contentCaptures = z
  .record(nameSchema, z.union([jsonPath, fromJson, fromText]))
  .default({})
  .describe('Values of what came that later steps of the flow use as ${name}.');

export type Capture = z.infer<typeof captureSchema>;
