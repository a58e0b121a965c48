import * as z from 'zod';
import { durationSchema, nameSchema, variableNameSchema } from './common.ts';

const columnsSchema = z.union([z.array(z.string()), z.record(z.string(), z.string())]);

const tableSchema = z.union([
  z.array(z.string()).min(1),
  z.strictObject({
    columns: columnsSchema.optional().describe('The columns: a list of names, or names with their types.'),
    indexes: z
      .array(z.union([z.string(), z.array(z.string()).min(1)]))
      .optional()
      .describe('Columns, or lists of them, that a valid index must begin with.'),
    rows: z.number().int().positive().optional().describe('How many rows there must be at least.'),
    'row-level-security': z.boolean().optional().describe('Whether row-level security must be on.'),
    policies: z.array(z.string()).optional().describe('The names of policies that must be there.'),
  }),
]);

export type TableRequirement = z.infer<typeof tableSchema>;

/** The migration tools that the gate knows; `sql` is a folder of SQL files that belongs to no tool. */
const toolKeySchema = z.enum(['prisma', 'supabase', 'drizzle', 'node-pg-migrate', 'knex', 'sql']);

export type ToolKey = z.infer<typeof toolKeySchema>;

export const databaseSchema = z.strictObject({
  migrations: z
    .string()
    .min(1)
    .describe(
      'The folder of the migrations, from the root of the repository. Whose they are is told by its layout: Prisma, Supabase, Drizzle, node-pg-migrate, knex or plain SQL.',
    ),
  tool: toolKeySchema
    .optional()
    .describe('Whose migrations they are, where the layout does not tell; `sql` is a folder of SQL files of your own.'),
  baseline: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The last migration that a database without a ledger has already: it and those before it are entered as applied.',
    ),
  apply: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A command that applies the migrations, such as `npx prisma migrate deploy`; the gate then plans, judges and verifies around it. It is run by `sh` in the root of the repository, with the variables of the step.',
    ),
  database: variableNameSchema.describe('The variable of the step that holds the connection string.'),
  after: z
    .array(nameSchema)
    .default([])
    .describe(
      'Databases, such as that of staging, that must have been pushed and verified before this one is changed, as far as the same run pushes them.',
    ),
  scratch: variableNameSchema
    .optional()
    .describe(
      'The variable with the connection string of a server to try migrations on, whose role may create databases. Without it, the PostgreSQL that is installed on the runner is started.',
    ),
  drift: z
    .boolean()
    .default(false)
    .describe('Whether to hold the live schema against what the applied migrations produce on the scratch database.'),
  'compare-with': variableNameSchema
    .optional()
    .describe('The variable with the connection string of another environment, whose schema should be the same.'),
  'lock-timeout': durationSchema
    .prefault('5s')
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
    .prefault('1s')
    .describe('How long a migration should take at most; one that takes longer is warned of.'),
  'row-level-security': z
    .boolean()
    .optional()
    .describe(
      'Whether new tables in `public` must have row-level security. By default where the database has a role `anon`, as every Supabase project has; with `mode: judge` where the migrations are those of Supabase.',
    ),
  idempotent: z
    .boolean()
    .default(false)
    .describe('Whether to warn of statements that fail when they are run a second time.'),
  destructive: z
    .enum(['approve', 'environment', 'allow'])
    .default('approve')
    .describe(
      'What lets a migration pass that loses data. `approve`: the input of that name, or an allowance beside its SQL. `environment`: also that reviewers have approved the run for the GitHub environment with the name of the environment; GitHub is asked. `allow`: nothing more.',
    ),
  require: z
    .record(z.string(), tableSchema)
    .default({})
    .describe('Tables with what the code needs of them, looked for after the push: a list of columns, or more.'),
  extensions: z.array(z.string()).default([]).describe('Extensions that the code needs.'),
  assert: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe(
      'SQL by name; each is one SELECT of one value, which must be true after the push. It can change nothing.',
    ),
  allow: z
    .array(z.string())
    .default([])
    .describe(
      "What the lints may find, by key; splinter's cache keys, such as rls_disabled_in_public_public_countries.",
    ),
});

export const databasesSchema = z
  .record(nameSchema, databaseSchema)
  .describe('The databases, each with its migrations.');

export type Database = z.infer<typeof databaseSchema>;
