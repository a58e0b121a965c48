import * as z from 'zod';
import { jsonPath } from '../capture.ts';
import { anyStep, refuseKeys, rounds, type StepForm } from '../step.ts';
import { schema as httpSchema } from './http.ts';

export const form = { kind: 'idempotent', wraps: true, paths: ['same'] } as const satisfies StepForm;

export const schema = z
  .strictObject({
    idempotent: httpSchema
      .superRefine(refuseKeys('idempotent', [...rounds, 'compare-with', 'ignore']))
      .describe('A request with its idempotency key. The step sends it twice.'),
    ...anyStep,
    same: z.array(jsonPath).min(1).describe('Values that must be equal in both answers, such as $.order.id.'),
  })
  .describe('The same request with the same key must take effect once.');

export type IdempotentStep = z.infer<typeof schema>;
