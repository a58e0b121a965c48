import * as z from 'zod';
import { variableNameSchema } from '../common.ts';
import { matchingSchema } from '../matchers.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

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

export type PostgresProbe = z.infer<typeof postgresProbeSchema>;
