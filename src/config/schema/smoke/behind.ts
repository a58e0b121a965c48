import * as z from 'zod';
import { durationSchema, jsonSchema, variableNameSchema } from '../common.ts';
import { contentCaptures } from './capture.ts';
import { anyStep, texts, timeout, within } from './step.ts';

export const sqlStepSchema = z
  .strictObject({
    sql: z.string().min(1).describe('One statement; values are passed beside it as $1, $2, …'),
    ...anyStep,
    database: variableNameSchema.describe("The variable of the step's environment with the database's URL."),
    values: z.array(jsonSchema).default([]).describe('The values of $1, $2, …'),
    writes: z.boolean().default(false).describe('Whether it may change data. Otherwise the database refuses that.'),
    expect: jsonSchema
      .optional()
      .describe('What the rows must be, as a list; or what the only row must have, as a mapping.'),
    count: z.int().min(0).optional().describe('How many rows there must be.'),
    capture: contentCaptures,
    within,
    timeout,
  })
  .describe('A question to a PostgreSQL database behind the API.');

export const redisStepSchema = z
  .strictObject({
    redis: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .describe('A command and its arguments, such as [HGETALL, "session:${id}"].'),
    ...anyStep,
    store: variableNameSchema.describe("The variable of the step's environment with the URL of Redis."),
    writes: z.boolean().default(false).describe('Whether the command may change data.'),
    expect: jsonSchema.optional().describe('What the reply must be.'),
    capture: contentCaptures,
    within,
    timeout,
  })
  .describe('A command to a Redis behind the API.');

export const queueStepSchema = z
  .strictObject({
    queue: z.string().min(1).describe('The name of the queue, as BullMQ knows it.'),
    ...anyStep,
    store: variableNameSchema.describe("The variable of the step's environment with the URL of Redis."),
    prefix: z.string().min(1).default('bull').describe('What the keys of the queues begin with.'),
    job: z
      .strictObject({
        id: z.string().optional().describe('The id of the job, where the answer told it.'),
        name: z.string().optional().describe('The name of the job.'),
        data: jsonSchema.optional().describe('What the data of the job must contain.'),
      })
      .default({})
      .describe(
        'Which job: the newest that fits. One without `id` must have been added since the flow began, or the flows that it comes after.',
      ),
    attempts: z.int().min(1).default(1).describe('How many attempts it may have taken. Default: 1, so no retry.'),
    expect: jsonSchema.optional().describe('What the worker must have returned.'),
    capture: contentCaptures,
    within: durationSchema.prefault('10s').describe('How long it may take until a worker has done the job.'),
  })
  .describe('A job on a BullMQ queue that a worker must process.');

export const runStepSchema = z
  .strictObject({
    run: z
      .string()
      .min(1)
      .describe('A command for bash, such as npx playwright test. Captured values reach it through `env`.'),
    ...anyStep,
    directory: z.string().min(1).default('.').describe('Where it runs, from the root of the repository.'),
    env: texts.default({}).describe("Variables for it, beside those of the gate's step."),
    capture: contentCaptures,
    timeout: durationSchema.prefault('10m').describe('When it is ended.'),
  })
  .describe('A command of your own; it passes when it exits with 0.');

export type SqlStep = z.infer<typeof sqlStepSchema>;
export type RedisStep = z.infer<typeof redisStepSchema>;
export type QueueStep = z.infer<typeof queueStepSchema>;
export type RunStep = z.infer<typeof runStepSchema>;
