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
  'lock-retries': z
    .number()
    .int()
    .min(0)
    .max(20)
    .default(3)
    .describe('How many times a migration that waited too long for a lock is tried again, after growing pauses.'),
  'statement-timeout': durationSchema
    .optional()
    .describe(
      'How long a statement may run. Statements outside of a transaction, such as CREATE INDEX CONCURRENTLY, may take as long as they need. No limit by default.',
    ),
  budget: durationSchema
    .default(1000)
    .describe('How long a migration should take at most; one that takes longer is warned of.'),
  'row-level-security': z
    .boolean()
    .optional()
    .describe(
      'Whether new tables in `public` must have row-level security. By default where the database has a role `anon`, as every Supabase project has.',
    ),
  idempotent: z
    .boolean()
    .default(false)
    .describe('Whether to warn of statements that fail when they are run a second time.'),
  destructive: z
    .enum(['approve', 'allow'])
    .default('approve')
    .describe(
      'Whether a migration that loses data needs approval, by the input `approve` or beside its SQL; `allow` where the reviewers of the GitHub environment approve each release.',
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
