import * as z from 'zod';
import { durationSchema, variableNameSchema } from '../common.ts';
import { patience, rules } from './rules.ts';

export const sqlSignalSchema = z
  .strictObject({
    sql: z
      .string()
      .min(1)
      .describe('One SELECT without side effects, whose first row has one number, such as a count of orphaned rows.'),
    database: variableNameSchema.describe('The variable of the step that holds the connection string.'),
    'at-most': z.number().optional().describe('The largest number that is good.'),
    'at-least': z.number().optional().describe('The smallest number that is good.'),
    interval: durationSchema.prefault('30s').describe('How often the gate asks.'),
    'failing-for': patience.prefault('0s'),
    ...rules,
    boundary: rules.boundary.default('data'),
  })
  .refine(signal => signal['at-most'] !== undefined || signal['at-least'] !== undefined, {
    error: 'a bound: `at-most` or `at-least`',
  })
  .describe('A number that PostgreSQL counts, read-only.');

export const queueSignalSchema = z
  .strictObject({
    queue: z.string().min(1).describe('The name of the queue, as BullMQ knows it.'),
    store: variableNameSchema.describe("The variable of the step that holds the URL of the queue's Redis."),
    prefix: z.string().min(1).default('bull').describe('What the keys of the queues begin with.'),
    failed: z.int().min(0).default(0).describe('How many jobs may fail while the gate watches.'),
    waiting: z.int().min(0).optional().describe('How many jobs may wait.'),
    oldest: durationSchema.optional().describe('How long the oldest job may have waited.'),
    interval: durationSchema.prefault('5s').describe('How often the gate asks.'),
    'failing-for': patience,
    ...rules,
  })
  .describe('A BullMQ queue: jobs that fail, and jobs that nobody takes.');

export const sentrySignalSchema = z
  .strictObject({
    sentry: z
      .string()
      .regex(/^[^/\s]+\/[^/\s]+$/, 'an organization and a project as organization/project')
      .describe('The organization and the project, such as acme/api. Needs SENTRY_AUTH_TOKEN.'),
    release: z.string().min(1).describe('What Sentry calls the release, such as ${commit}.'),
    environment: z.string().default('').describe("Sentry's name of the environment. Default: all of them."),
    'new-issues': z.int().min(0).default(0).describe('How many issues may be seen first in this release.'),
    interval: durationSchema.prefault('30s').describe('How often the gate asks.'),
    ...rules,
  })
  .describe('Issues that Sentry saw first in this release.');

export type SqlSignal = z.infer<typeof sqlSignalSchema>;
export type QueueSignal = z.infer<typeof queueSignalSchema>;
export type SentrySignal = z.infer<typeof sentrySignalSchema>;
