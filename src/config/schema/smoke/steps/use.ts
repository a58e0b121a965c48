import * as z from 'zod';
import { jsonSchema, nameSchema } from '../../common.ts';
import { anyStep, type StepForm } from '../step.ts';

export const form = { kind: 'use' } as const satisfies StepForm;

export const schema = z
  .strictObject({
    use: nameSchema.describe('The flow, or the entry of `shared`, whose steps run here.'),
    ...anyStep,
    with: z.record(nameSchema, jsonSchema).default({}).describe('Values for its parameters.'),
  })
  .describe('Runs the steps of another flow, with the cookies of this one. Later steps can use what it captures.');

export type UseStep = z.infer<typeof schema>;
