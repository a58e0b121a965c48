import * as z from 'zod';
import { expectedSchema } from '../../matchers.ts';
import { asking, jsonBody, location, method, type StepForm, web } from '../step.ts';

export const form = { kind: 'error-envelope', schemes: web } as const satisfies StepForm;

export const schema = z
  .strictObject({
    'error-envelope': location,
    ...asking,
    method: method.default('get'),
    json: jsonBody,
    body: z.string().optional().describe('A text to send as is, such as incomplete JSON.'),
    status: z.array(z.int().min(400).max(599)).min(1).optional().describe('Default: any from 400 to 599.'),
    expect: expectedSchema.describe('The documented shape of errors, such as { error: { code: NOT_FOUND } }.'),
  })
  .describe('A request that must fail with the documented shape and without a stack trace.');

export type ErrorEnvelopeStep = z.infer<typeof schema>;
