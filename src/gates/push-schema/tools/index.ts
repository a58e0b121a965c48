import type { ToolKey } from '../../../config/schema/databases.ts';
import { drizzle } from './drizzle.ts';
import { knex } from './knex.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import { plainSql } from './plain-sql.ts';
import { prisma } from './prisma.ts';
import { supabase } from './supabase.ts';
import type { Tool } from './tool.ts';

/** In the order in which their layouts are tried: one may look like a later one. */
export const tools: Record<ToolKey, Tool> = {
  prisma,
  drizzle,
  'node-pg-migrate': nodePgMigrate,
  supabase,
  knex,
  sql: plainSql,
};
