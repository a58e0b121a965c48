import * as z from 'zod';
import { parseJsonPath } from '../../core/json-path.ts';
import { expectedSchema, matcherSchema, matchingSchema } from './matchers.ts';

const statusForm = 'an HTTP status from 100 to 599, or a list of them';
const status = z.int({ error: statusForm }).min(100, statusForm).max(599, statusForm);

const jsonPathForm = "a JSON path to one value, such as $.version, $.parts[0].id or $['started at']";
const jsonPath = z.string({ error: jsonPathForm }).refine(text => parseJsonPath(text) !== undefined, jsonPathForm);

/** What an HTTP answer must be. */
export const expectationSchema = z.strictObject({
  status: z
    .union([status, z.array(status).min(1)])
    .optional()
    .describe('Default: any from 200 to 299.'),
  headers: z
    .record(z.string(), z.union([z.string(), matcherSchema]))
    .optional()
    .describe('Headers with the text that each must contain, or with what it must be like.'),
  json: expectedSchema.optional().describe('What the JSON body must contain: each key named here with its value.'),
  values: z
    .record(jsonPath, matchingSchema)
    .optional()
    .describe(
      'Single values of the JSON body by path, such as $.version, each with its value or what it must be like.',
    ),
  text: z.string().optional().describe('Text that the body must contain.'),
  size: z
    .strictObject({ 'at-least': z.int().min(0).optional(), 'at-most': z.int().min(0).optional() })
    .optional()
    .describe('How many bytes the body must have, once decompressed.'),
});

export type Expectation = z.infer<typeof expectationSchema>;
