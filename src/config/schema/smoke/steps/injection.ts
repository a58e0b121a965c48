import * as z from 'zod';
import { anyStep, type StepForm } from '../step.ts';
import { schema as httpSchema } from './http.ts';

export const form = { kind: 'injection', wraps: true, names: ['payload'] } as const satisfies StepForm;

export const schema = z
  .strictObject({
    injection: httpSchema.describe('A request with `${payload}` in a place that users can write to.'),
    ...anyStep,
  })
  .describe('The service must refuse harmless SQL and script payloads, or return them as plain text.');

export type InjectionStep = z.infer<typeof schema>;
