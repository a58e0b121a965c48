import * as z from 'zod';
import { parseJsonPath } from '../../../core/json-path.ts';
import { isHttpUrl } from '../common.ts';
import { matcherSchema } from '../matchers.ts';

const jsonPathForm = 'a JSON path to one value, such as $.balance.available';

/** A number that a provider reports, such as remaining money or quota. */
export const limitSchema = z.strictObject({
  get: z.string().refine(isHttpUrl, 'an http or https URL'),
  headers: z.record(z.string(), z.string()).default({}),
  bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
  value: z
    .string({ error: jsonPathForm })
    .refine(text => parseJsonPath(text) !== undefined, jsonPathForm)
    .describe('The JSON path of the number in the answer.'),
  must: matcherSchema.describe('What the number must be, such as { at-least: 20 } or { at-most: 0.9 }.'),
  warn: matcherSchema.optional().describe('What the number should be; otherwise the gate warns.'),
});

export type Limit = z.infer<typeof limitSchema>;
