import * as z from 'zod';
import { durationSchema, variableNameSchema } from '../common.ts';
import { matchingSchema } from '../matchers.ts';
import { cannotBePassed, canPass, rules } from './rules.ts';

const within = durationSchema.optional().describe('How long one attempt may take.');

export const postgresProbeSchema = z
  .strictObject({
    postgres: variableNameSchema.describe('The variable of the step that holds the connection string.'),
    sql: z.string().min(1).default('SELECT 1').describe('A question to ask; the database refuses to change anything.'),
    expect: z.record(z.string(), matchingSchema).optional().describe('What the first row must have, by column.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A PostgreSQL database that takes connections and answers.');

export const redisProbeSchema = z
  .strictObject({
    redis: variableNameSchema.describe('The variable of the step that holds the URL of Redis.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A Redis that takes connections and answers to PING.');

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

export const deploymentProbeSchema = z
  .strictObject({
    deployment: z.string().min(1).describe('The commit that the platform itself must say is live, such as ${commit}.'),
    ...rules,
    consecutive: rules.consecutive
      .default(1)
      .describe('How many good answers in a row are enough; a platform is asked but every few seconds.'),
  })
  .refine(canPass, cannotBePassed)
  .describe("What the service's platform says is live; needs the token of the platform.");

export type PostgresProbe = z.infer<typeof postgresProbeSchema>;
export type RedisProbe = z.infer<typeof redisProbeSchema>;
export type QueueProbe = z.infer<typeof queueProbeSchema>;
export type DeploymentProbe = z.infer<typeof deploymentProbeSchema>;
