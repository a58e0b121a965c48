import * as z from 'zod';
import { nameSchema } from '../common.ts';
import { pattern } from '../matchers.ts';

const jsonPathForm = 'a JSON path (RFC 9535), such as $.user.id, $.orders[-1].id or $.markets[?@.open == true].slug';
export const jsonPath = z.string({ error: jsonPathForm }).startsWith('$', jsonPathForm);

const shared = {
  secret: z
    .boolean()
    .optional()
    .describe(
      'Masks the captured value. Default: true for cookies, JSON Web Tokens, and values with a name such as password.',
    ),
  as: z.enum(['text', 'number', 'boolean']).optional().describe('Converts the value. Default: no conversion.'),
};

const fromJson = z.strictObject({
  json: jsonPath,
  all: z.boolean().optional().describe('Captures a list of all values that match the path, instead of the only one.'),
  ...shared,
});
const fromText = z.strictObject({
  text: pattern.describe('A regular expression. Captures its first group, or the whole match.'),
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

/** Values of an HTTP answer that later steps use as `${name}`. */
export const captures = z
  .record(nameSchema, captureSchema)
  .default({})
  .describe('Values of the answer that later steps of the flow use as ${name}.');

/** Values of content without headers and cookies. */
export const contentCaptures = z
  .record(nameSchema, z.union([jsonPath, fromJson, fromText]))
  .default({})
  .describe('Values of the result that later steps of the flow use as ${name}.');

export type Capture = z.infer<typeof captureSchema>;
