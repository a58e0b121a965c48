import * as z from 'zod';
import { durationSchema } from '../../common.ts';
import { asking, jsonBody, location, method, type StepForm, web } from '../step.ts';

export const form = { kind: 'rate-limit', schemes: web } as const satisfies StepForm;

export const schema = z
  .strictObject({
    'rate-limit': location,
    ...asking,
    method: method.default('get'),
    json: jsonBody,
    allowed: z.int().min(1).describe('How many requests the service must answer before it refuses any.'),
    requests: z.int().min(2).max(5000).describe('How many requests to send. The service must refuse at least one.'),
    'recovers-within': durationSchema
      .optional()
      .describe('How long until the service must answer again. Without it, the step does not wait.'),
  })
  .refine(step => step.requests > step.allowed, { error: 'more `requests` than `allowed`' })
  .describe('The service must refuse excess requests with 429, and no others.');

export type RateLimitStep = z.infer<typeof schema>;
