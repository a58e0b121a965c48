import * as z from 'zod';
import { jsonSchema } from './common.ts';

export const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
export type Method = (typeof methods)[number];

const statusForm = 'an HTTP status from 100 to 599, or a list of them';
const status = z.int({ error: statusForm }).min(100, statusForm).max(599, statusForm);

/** What an HTTP answer must be. */
export const expectationSchema = z.strictObject({
  status: z
    .union([status, z.array(status).min(1)])
    .optional()
    .describe('Default: any from 200 to 299.'),
  headers: z.record(z.string(), z.string()).optional().describe('Headers with the text that each must contain.'),
  json: jsonSchema.optional().describe('What the JSON body must contain: each key named here with its value.'),
  text: z.string().optional().describe('Text that the body must contain.'),
});

export type Expectation = z.infer<typeof expectationSchema>;
