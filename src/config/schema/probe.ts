import * as z from 'zod';
import { boundarySchema, durationSchema, nameSchema } from './common.ts';
import { expectationSchema } from './http.ts';

export const probeTargetSchema = z.strictObject({
  get: z.string().min(1).describe('A path of the service, or a whole URL.'),
  headers: z.record(z.string(), z.string()).default({}),
  expect: expectationSchema.default({}),
  within: durationSchema.optional().describe('How long one answer may take.'),
  consecutive: z.int().min(1).default(1).describe('How many good answers in a row are enough.'),
  timeout: durationSchema.default(5000).describe('When one attempt is given up.'),
  deadline: durationSchema.default(120_000).describe('After how long no further attempt is made.'),
  boundary: boundarySchema.default('delivery'),
});

export const probesSchema = z
  .record(nameSchema, z.record(nameSchema, probeTargetSchema))
  .describe('By service, what it must answer before the release goes on.');

export type ProbeTarget = z.infer<typeof probeTargetSchema>;
