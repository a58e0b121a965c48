import * as z from 'zod';
import { durationSchema, variableNameSchema } from '../../common.ts';
import { expectedSchema } from '../../matchers.ts';
import { contentCaptures } from '../capture.ts';
import { anyStep, type StepForm } from '../step.ts';

export const form = { kind: 'queue', variables: ['store'] } as const satisfies StepForm;

export const schema = z
  .strictObject({
    queue: z.string().min(1).describe('The name of the BullMQ queue.'),
    ...anyStep,
    store: variableNameSchema.describe("The variable of the step's environment with the URL of Redis."),
    prefix: z.string().min(1).default('bull').describe('The prefix of the keys of the queues.'),
    job: z
      .strictObject({
        id: z.string().optional().describe('The id of the job, if the answer contained it.'),
        name: z.string().optional().describe('The name of the job.'),
        data: expectedSchema.optional().describe('What the data of the job must contain.'),
      })
      .default({})
      .describe(
        'Which job: the newest that matches. Without `id`, only jobs added since the flow began, or since the first flow it comes `after` began.',
      ),
    attempts: z.int().min(1).default(1).describe('How many attempts the job may take. Default: 1, so no retry.'),
    expect: expectedSchema.optional().describe('What the worker must return.'),
    capture: contentCaptures,
    timeout: durationSchema
      .optional()
      .describe('When the gate gives up on Redis itself. Default: 5 s more than `within`.'),
    within: durationSchema.prefault('10s').describe('How long it may take until a worker has processed the job.'),
  })
  .describe('A job on a BullMQ queue that a worker must process.');

export type QueueStep = z.infer<typeof schema>;
