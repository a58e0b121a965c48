import * as z from 'zod';
import { durationSchema, variableNameSchema } from '../common.ts';
import { cannotBePassed, canPass, rules } from './rules.ts';

export const queueProbeSchema = z
  .strictObject({
    queue: z.string().min(1).describe('The name of the queue, as BullMQ knows it.'),
    store: variableNameSchema.describe("The variable of the step that holds the URL of the queue's Redis."),
    prefix: z.string().min(1).default('bull').describe('What the keys of the queues begin with.'),
    workers: z.int().min(0).default(1).describe('How many workers must be there at least.'),
    waiting: z.int().min(0).optional().describe('How many jobs may wait at most.'),
    oldest: durationSchema.optional().describe('How long the oldest job that waits may have waited.'),
    failed: z.int().min(0).optional().describe('How many failed jobs there may be at most, such as 0.'),
    'failed-within': durationSchema.optional().describe('Counts only jobs that failed so recently. Default: all.'),
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A BullMQ queue and the workers that take its jobs.');

export type QueueProbe = z.infer<typeof queueProbeSchema>;
