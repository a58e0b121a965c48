import * as z from 'zod';
import { durationSchema, variableNameSchema } from '../common.ts';
import { cannotBePassed, canPass, rules } from './rules.ts';

export const queueProbeSchema = z
  .strictObject({
    queue: z.string().min(1).describe('The name of the queue in BullMQ.'),
    store: variableNameSchema.describe("The variable of the step that holds the URL of the queue's Redis."),
    prefix: z.string().min(1).default('bull').describe('The prefix of the BullMQ keys in Redis.'),
    workers: z.int().min(0).default(1).describe('The minimum number of workers.'),
    waiting: z.int().min(0).optional().describe('The maximum number of waiting jobs.'),
    oldest: durationSchema.optional().describe('How long the oldest waiting job may have waited.'),
    failed: z.int().min(0).optional().describe('The maximum number of failed jobs, such as 0.'),
    'failed-within': durationSchema.optional().describe('Count only jobs that failed within this time. Default: all.'),
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A BullMQ queue and its workers.');

export type QueueProbe = z.infer<typeof queueProbeSchema>;
