import * as z from 'zod';
import { variableNameSchema } from '../common.ts';
import { matchingSchema } from '../matchers.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const postgresProbeSchema = z
  .strictObject({
    postgres: variableNameSchema.describe('The variable of the step that holds the connection string.'),
    sql: z
      .string()
      .min(1)
      .default('SELECT 1')
      .describe('One SELECT without side effects, which runs in a read-only transaction.'),
    expect: z.record(z.string(), matchingSchema).optional().describe('The values of the first row, by column.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A PostgreSQL database that accepts connections and answers a query.');

export type PostgresProbe = z.infer<typeof postgresProbeSchema>;
