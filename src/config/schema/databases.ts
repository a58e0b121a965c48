import * as z from 'zod';
import { commandEnvSchema, durationSchema, nameSchema, variableNameSchema } from './common.ts';

const columnsSchema = z.union([z.array(z.string()), z.record(z.string(), z.string())]);

const tableSchema = z.union([
  z.array(z.string()).min(1),
  z.strictObject({
    columns: columnsSchema.optional().describe('The required columns: a list of names, or names with their types.'),
    indexes: z
      .array(z.union([z.string(), z.array(z.string()).min(1)]))
      .optional()
      .describe('Columns, or lists of columns, with which a valid index must begin.'),
    rows: z.number().int().positive().optional().describe('The least number of rows.'),
    'row-level-security': z.boolean().optional().describe('Whether row-level security must be enabled.'),
    policies: z.array(z.string()).optional().describe('The names of policies that must exist.'),
  }),
]);

export type TableRequirement = z.infer<typeof tableSchema>;

/** The migration tools that the gate knows; `sql` is a folder of SQL files that belongs to no tool. */
const toolKeySchema = z.enum(['prisma', 'supabase', 'drizzle', 'node-pg-migrate', 'knex', 'sql']);

export type ToolKey = z.infer<typeof toolKeySchema>;

export const databaseSchema = z
  .strictObject({
    migrations: z
      .string()
      .min(1)
      .describe(
        'The folder of the migrations, from the root of the repository. Its layout tells the tool: Prisma, Supabase, Drizzle, node-pg-migrate, knex or plain SQL.',
      ),
    tool: toolKeySchema
      .optional()
      .describe('The migration tool, where the layout does not tell it; `sql` is a folder of your own SQL files.'),
    baseline: z
      .string()
      .min(1)
      .optional()
      .describe(
        'For a database without a ledger: the last migration that it already has. This migration and those before it are recorded as applied.',
      ),
    apply: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A command that applies the migrations instead of the gate, such as `npx prisma migrate deploy`. The gate still plans, judges and verifies. `sh` runs the command in the root of the repository. Of the credentials of the step it gets the variable of `database`, those that its text names, and `env`.',
      ),
    env: commandEnvSchema.describe('Variables for the command of `apply`, such as `DATABASE_URL: "${DATABASE_URL}"`.'),
    database: variableNameSchema.describe('The variable of the step that holds the connection string.'),
    'set-role': z
      .string()
      .min(1)
      .optional()
      .describe(
        'The role to become by SET ROLE, such as the owner of the tables. Default: the role that connects. Not with `apply`, whose command connects by itself.',
      ),
    after: z
      .array(nameSchema)
      .default([])
      .describe(
        'Databases, such as that of staging, that must be pushed and verified before this one. Only counts for databases that the same run pushes.',
      ),
    scratch: variableNameSchema
      .optional()
      .describe(
        'The variable with the connection string of a server for trials, whose role may create databases. Without it, the gate starts the PostgreSQL that is installed on the runner.',
      ),
    drift: z
      .boolean()
      .default(false)
      .describe('Whether to compare the live schema with what the applied migrations produce on the scratch database.'),
    'compare-with': variableNameSchema
      .optional()
      .describe('The variable with the connection string of another environment, whose schema should be the same.'),
    'lock-timeout': durationSchema
      .prefault('5s')
      .describe(
        'How long a statement may wait for a lock. Then the migration is rolled back, so that it does not block traffic. CREATE INDEX CONCURRENTLY and its like wait without limit, since they block nobody.',
      ),
    'lock-retries': z
      .number()
      .int()
      .min(0)
      .max(20)
      .default(3)
      .describe('How many times the gate retries a migration that waited too long for a lock, after growing pauses.'),
    'statement-timeout': durationSchema
      .optional()
      .describe(
        'How long a statement may run. No limit by default, and never for statements outside of a transaction, such as CREATE INDEX CONCURRENTLY.',
      ),
    budget: durationSchema
      .prefault('1s')
      .describe('How long a migration should take at most. A longer one is a warning.'),
    'row-level-security': z
      .boolean()
      .optional()
      .describe(
        "Whether new tables in `public` must have row-level security. Default: whether the database has a role `anon`, as every Supabase project does. With `mode: judge`: whether the migrations are Supabase's.",
      ),
    idempotent: z
      .boolean()
      .default(false)
      .describe('Whether to warn about statements that fail when they run a second time.'),
    destructive: z
      .enum(['approve', 'environment', 'allow'])
      .default('approve')
      .describe(
        'What a migration that loses data needs. `approve`: its name in the input `approve`, or a comment above the SQL that allows it. `environment`: either of these, or that reviewers have approved the run for the GitHub environment of the same name, which the gate asks of GitHub. `allow`: no approval.',
      ),
    require: z
      .record(z.string(), tableSchema)
      .default({})
      .describe('What the code needs, by table: a list of columns, or more. The gate verifies it after the push.'),
    extensions: z
      .array(z.string())
      .default([])
      .describe('Extensions that the code needs. The gate verifies them after the push.'),
    assert: z
      .record(z.string(), z.string().min(1))
      .default({})
      .describe(
        'Assertions by name: each is one SELECT of one value without side effects, which must be true after the push. It runs in a read-only transaction.',
      ),
    allow: z
      .array(z.string())
      .default([])
      .describe(
        "Keys of lint findings to ignore. They are splinter's cache keys, such as rls_disabled_in_public_public_countries.",
      ),
  })
  .refine(({ apply, env }) => apply !== undefined || Object.keys(env).length === 0, {
    error: 'no `env` without `apply`, whose command gets it',
    path: ['env'],
  })
  .refine(({ apply, 'set-role': role }) => apply === undefined || role === undefined, {
    error: 'no `set-role` with `apply`, whose command connects by itself',
    path: ['set-role'],
  });

export const databasesSchema = z
  .record(nameSchema, databaseSchema)
  .describe('The databases, each with its migrations.');

export type Database = z.infer<typeof databaseSchema>;
