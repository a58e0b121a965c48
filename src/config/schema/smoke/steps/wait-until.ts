import * as z from 'zod';
import { durationSchema } from '../../common.ts';
import { anyStep, refuseKeys, rounds, type StepForm } from '../step.ts';
import { schema as graphqlSchema } from './graphql.ts';
import { schema as httpSchema } from './http.ts';
import { schema as redisSchema } from './redis.ts';
import { schema as sqlSchema } from './sql.ts';

export const form = { kind: 'wait-until', wraps: true } as const satisfies StepForm;

export const schema = z
  .strictObject({
    'wait-until': z
      .union([httpSchema, graphqlSchema, sqlSchema, redisSchema])
      .superRefine(refuseKeys('wait-until', rounds))
      .describe('The step to repeat until it passes.'),
    ...anyStep,
    every: durationSchema.prefault('500ms').describe('The pause between two tries.'),
    within: durationSchema.prefault('30s').describe('How long it may take until the step passes.'),
  })
  .describe('Waits until a step passes.');

export type WaitUntilStep = z.infer<typeof schema>;
