import * as z from 'zod';
import { variableNameSchema } from '../../common.ts';
import { expectedSchema } from '../../matchers.ts';
import { contentCaptures } from '../capture.ts';
import { anyStep, type StepForm, timeout, within } from '../step.ts';

export const form = { kind: 'redis', variables: ['store'] } as const satisfies StepForm;

export const schema = z
  .strictObject({
    redis: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .describe('A command and its arguments, such as [HGETALL, "session:${id}"].'),
    ...anyStep,
    store: variableNameSchema.describe("The variable of the step's environment with the URL of Redis."),
    writes: z.boolean().default(false).describe('Allows the command to change data.'),
    expect: expectedSchema.optional().describe('What the reply must be: a number, a text, JSON in a text, or rules such as `{ $at-most: 100 }`.'),
    capture: contentCaptures,
    within,
    timeout,
  })
  .describe('A command to a Redis behind the API.');

export type RedisStep = z.infer<typeof schema>;
