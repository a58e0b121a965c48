import * as z from 'zod';
import { durationSchema, nameSchema, variableNameSchema } from './common.ts';

export const databaseSchema = z.strictObject({
  migrations: z
    .string()
    .min(1)
    .describe(
      'The folder of the migrations, from the root of the repository. Prisma and Supabase: told by its layout.',
    ),
  database: variableNameSchema.describe('The variable of the step that holds the connection string.'),
  'lock-timeout': durationSchema
    .default(5000)
    .describe(
      'How long a statement may wait for a lock before the push gives up, so that it never queues traffic behind it.',
    ),
  require: z
    .record(z.string(), z.array(z.string()).min(1))
    .default({})
    .describe('Tables with the columns that the code needs; looked for after the push.'),
});

export const databasesSchema = z
  .record(nameSchema, databaseSchema)
  .describe('The databases, each with its migrations.');

export type Database = z.infer<typeof databaseSchema>;
