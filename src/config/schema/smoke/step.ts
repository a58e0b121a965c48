import * as z from 'zod';
import { durationSchema, jsonSchema, nameSchema } from '../common.ts';

const conditionSchema = z
  .union([
    z.string().min(1),
    z.strictObject({ value: z.string(), is: jsonSchema }),
    z.strictObject({ value: z.string(), 'is-not': jsonSchema }),
  ])
  .describe(
    'Takes the step only when this holds: a `${name}` that is neither empty, false, 0 nor null; or a `value` and what it `is` or `is-not`.',
  );

const forEachSchema = z
  .record(nameSchema, z.union([z.array(jsonSchema).min(1), z.string()]))
  .refine(each => Object.keys(each).length === 1, 'one name, and the list that it goes through')
  .describe('Takes the step once for each item of a list, such as `{ market: [btc, eth] }`; used as ${market}.');

const retrySchema = z
  .strictObject({
    times: z.int().min(1).max(20).describe('How often the step is tried again.'),
    every: durationSchema.prefault('1s').describe('The pause before each further try.'),
    because: z.string().min(1).describe('Why it may fail at first; it is said in the log when it did.'),
  })
  .describe('Tries the step again when it does not pass. Say why, since a retry can hide a fault.');

/** What every step may have. */
export const anyStep = {
  name: z.string().min(1).optional().describe('What the step shows, for the report.'),
  if: conditionSchema.optional(),
  'for-each': forEachSchema.optional(),
  repeat: z.int().min(1).max(1000).optional().describe('Takes the step so many times; ${round} counts from 1.'),
  retry: retrySchema.optional(),
};

export const timeout = durationSchema.prefault('10s').describe('When the step is given up.');
export const within = durationSchema.optional().describe('How long the answer may take.');
export const service = nameSchema.optional().describe("Whose URL a path starts from. Default: the flow's.");
export const location = z.string().min(1).describe('A path of the service, or a whole URL.');
export const texts = z.record(z.string(), z.string());

/** What a step may have that asks a service over HTTP. */
export const asking = {
  ...anyStep,
  service,
  headers: texts.default({}),
  query: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('Parameters added to the query of the address.'),
  bearer: z.string().optional().describe('A token for the Authorization header.'),
  timeout,
};
